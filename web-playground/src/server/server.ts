import { type ReadonlySignal, signal } from '@preact/signals'
import { type Connection, type ConnectionState, connect } from 'kairos/client'

/** The server that the page came from, over whichever connection it is reached. */
export interface Server {
  /** another one once a token is given */
  readonly connection: ReadonlySignal<Connection>
  readonly state: ReadonlySignal<ConnectionState>
  /** whether a token is sent, which others would need, too */
  readonly authorized: ReadonlySignal<boolean>
  /** Connects anew, in the name of whoever the token stands for; it is kept for as long as the tab is open. */
  authenticate(token: string): void
}

const url = '/graphql'
/** In the storage of the tab: a token is a secret, and no other tab's. */
const tokenKey = 'kairos.token'

export function reachServer(): Server {
  const open = () => connect({ url, token: () => sessionStorage.getItem(tokenKey) ?? undefined })
  const connection = signal(open())
  const authorized = signal(sessionStorage.getItem(tokenKey) !== null)
  const state = signal(connection.peek().state)
  const follow = (current: Connection) =>
    current.onState((next) => {
      state.value = next
    })
  let unfollow = follow(connection.peek())

  return {
    connection,
    state,
    authorized,
    authenticate: (token) => {
      sessionStorage.setItem(tokenKey, token)
      authorized.value = true
      unfollow()
      connection.peek().close()
      const next = open()
      unfollow = follow(next)
      state.value = next.state
      connection.value = next
    },
  }
}
