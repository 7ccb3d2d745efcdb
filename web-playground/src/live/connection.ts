import { type ReadonlySignal, signal } from '@preact/signals'
import { type Client, createClient } from 'graphql-ws'

/** What is known about the socket. `since` is when the server was last heard, in Unix seconds. */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'reconnecting'; readonly since: number }
  | { readonly kind: 'closed'; readonly since: number; readonly reason: string }

export interface Connection {
  readonly client: Client
  readonly state: ReadonlySignal<ConnectionState>
}

/** Milliseconds between pings, and how long an answer may take, to a ping as to a connection attempt. */
const pingEvery = 5_000
const answerWithin = 5_000

/** Milliseconds before attempt `retries` (from 0): doubling from a half second to ten, less up to half by chance. */
const pauseBefore = (retries: number) => Math.min(500 * 2 ** retries, 10_000) * (1 - Math.random() / 2)

/** One socket to the server, kept for as long as the page lives: tried again for ever, and dropped when silent. */
export function connect(url: string): Connection {
  const state = signal<ConnectionState>({ kind: 'connecting' })
  let heard = Date.now()
  let silence: ReturnType<typeof setTimeout> | undefined
  let retryNow = () => {}

  const awaitAnswer = () => {
    clearTimeout(silence)
    silence = setTimeout(() => client.terminate(), answerWithin)
  }
  const lost = () => {
    clearTimeout(silence)
    if (state.value.kind === 'live') state.value = { kind: 'reconnecting', since: heard / 1000 }
  }

  const client = createClient({
    url,
    lazy: false,
    keepAlive: pingEvery,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) =>
      new Promise((resolve) => {
        retryNow = resolve
        setTimeout(resolve, pauseBefore(retries))
      }),
    onNonLazyError: (event) => {
      state.value = { kind: 'closed', since: heard / 1000, reason: closeReason(event) }
    },
    on: {
      connecting: awaitAnswer,
      connected: () => {
        state.value = { kind: 'live' }
      },
      ping: (received) => {
        if (!received) awaitAnswer()
      },
      message: () => {
        heard = Date.now()
        clearTimeout(silence)
      },
      closed: lost,
      error: lost,
    },
  })

  // A tab that wakes, or a network that returns, neither waits for the next attempt nor trusts a socket long silent.
  const wake = () => {
    if (document.visibilityState === 'hidden') return
    retryNow()
    if (state.value.kind === 'live' && Date.now() - heard > pingEvery + answerWithin) client.terminate()
  }
  document.addEventListener('visibilitychange', wake)
  window.addEventListener('online', wake)

  return { client, state }
}

function closeReason(event: unknown): string {
  return event instanceof CloseEvent && event.reason ? event.reason : 'The connection was closed.'
}
