import type { IncomingMessage } from 'node:http'

export interface SameSiteOptions {
  /** answer only to the names of this machine, so that no page elsewhere reaches us by a name of its own */
  readonly loopbackOnly: boolean
}

/** Why a request is not answered as it asks. */
export interface Refusal {
  readonly status: 400 | 403
  readonly code: 'BAD_USER_INPUT' | 'FORBIDDEN'
  readonly message: string
}

/**
 * Undefined where a request may be answered: a browser on another site's page sends its Origin along with what could
 * write or subscribe, and a page that had its own name point here sends that name as Host.
 */
export function refusal(
  { headers }: IncomingMessage,
  { loopbackOnly }: SameSiteOptions,
): Refusal | undefined {
  const { host = '', origin } = headers
  if (host !== '' && !isHost(host))
    return { status: 400, code: 'BAD_USER_INPUT', message: 'the Host header is no host' }
  if (loopbackOnly && !isLoopback(host))
    return forbidden('this server answers only to localhost: see `auth` in its configuration')
  if (origin !== undefined && hostOf(origin) !== host.toLowerCase())
    return forbidden('requests from pages of other origins are not allowed')
  return undefined
}

function forbidden(message: string): Refusal {
  return { status: 403, code: 'FORBIDDEN', message }
}

/** Whether a URL can be made of it, as GraphQL over HTTP does. */
function isHost(host: string): boolean {
  return !/[/\\?#@]/.test(host) && URL.canParse(`http://${host}`)
}

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name) || /^(?:[a-z0-9-]+\.)*localhost$/.test(name)
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
