import type { KairosError } from 'kairos/client'
import type { Server } from '../server/server.ts'
import './token-form.css'

/** Nothing else can be done meanwhile. */
const focus = (field: HTMLInputElement | null) => field?.focus()

interface Props {
  readonly server: Server
  readonly error: KairosError
}

/** Asks for the token without which the server answers nobody. */
export function TokenForm({ server, error }: Props) {
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault()
        const token = new FormData(event.currentTarget).get('token')
        if (typeof token === 'string' && token !== '') server.authenticate(token.trim())
      }}
    >
      <h2>This server wants a token</h2>
      <p>
        {error.message} <code>{error.code}</code>
      </p>
      <label for="token">Token</label>
      <input
        ref={focus}
        id="token"
        name="token"
        type="password"
        required
        autocomplete="off"
        spellcheck={false}
      />
      <button type="submit" class="primary">
        Connect
      </button>
      <p>It is kept in this tab until you close it, and sent to this server alone.</p>
    </form>
  )
}
