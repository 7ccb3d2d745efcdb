import type { IncomingMessage } from 'node:http'

export interface SameSiteOptions {
  /** answer only to the names of this machine, so that no page elsewhere reaches us by a name of its own */
  readonly loopbackOnly: boolean
}

/**
 * Why a request is refused, undefined where it is not: a browser on another site's page sends its Origin along with
 * what could write or subscribe, and a page that had its own name point here sends that name as Host.
 */
export function refusal({ headers }: IncomingMessage, { loopbackOnly }: SameSiteOptions): string | undefined {
  const { host = '', origin } = headers
  if (loopbackOnly && !isLoopback(host))
    return 'this server answers only to localhost: see `auth` in its configuration'
  if (origin !== undefined && hostOf(origin) !== host.toLowerCase())
    return 'requests from pages of other origins are not allowed'
  return undefined
}

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name) || /^(?:[a-z0-9-]+\.)*localhost$/.test(name)
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
