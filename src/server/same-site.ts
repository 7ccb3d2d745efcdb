import type { IncomingMessage } from 'node:http'
import {
  askedHost,
  askedScheme,
  clientAddress,
  isLoopbackAddress,
  type ProxyOptions,
} from './client-address.ts'
import type { HttpFault } from './http/answer-fault.ts'

export interface SameSiteOptions extends ProxyOptions {
  /**
   * whether to answer only to this machine, by its own names, so that no page elsewhere reaches us by a name of its own, at present;
   * then a page of this machine may ask, too, whatever its port: who serves one here may do everything anyway
   */
  readonly loopbackOnly: () => boolean
  /** of pages elsewhere that may ask, as browsers write them; `*` is every page */
  readonly origins: readonly string[]
}

/**
 * Undefined where a request may be answered: a browser on another site's page sends its Origin along with what could
 * write or subscribe, and a page that had its own name point here sends that name as Host. Requests without an Origin
 * come from no page, or read what no page can see.
 */
export function refusal(request: IncomingMessage, options: SameSiteOptions): HttpFault | undefined {
  const host = askedHost(request, options)
  if (host !== '' && !isHost(host))
    return { status: 400, code: 'BAD_USER_INPUT', message: 'the Host header is no host' }
  if (options.loopbackOnly() && !(isLoopback(host) && isLoopbackAddress(clientAddress(request, options))))
    return forbidden('this server answers only to localhost: see `auth` in its configuration')
  const { origin } = request.headers
  if (
    origin !== undefined &&
    !isSame(origin, host, askedScheme(request, options)) &&
    !isListed(origin, options) &&
    !(options.loopbackOnly() && isOfLoopback(origin))
  )
    return forbidden('requests from pages of other origins are not allowed: see `cors` in its configuration')
  return undefined
}

function forbidden(message: string): HttpFault {
  return { status: 403, code: 'FORBIDDEN', message, headers: { connection: 'close' } }
}

/** Whether a URL can be made of it, as GraphQL over HTTP does. */
function isHost(host: string): boolean {
  return !/[/\\?#@]/.test(host) && URL.canParse(`http://${host}`)
}

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name) || /^(?:[a-z0-9-]+\.)*localhost$/.test(name)
}

function isSame(origin: string, host: string, scheme: string | undefined): boolean {
  if (host === '' || !URL.canParse(origin)) return false
  const url = new URL(origin)
  if (scheme !== undefined && url.protocol !== `${scheme}:`) return false
  return url.host === hostIn(url.protocol, host)
}

/** Never `null`, which a frame in a sandbox of any page on the web calls itself. */
function isOfLoopback(origin: string): boolean {
  return /^https?:\/\//.test(origin) && URL.canParse(origin) && isLoopback(new URL(origin).host)
}

/** As it stands in a URL: a port that the scheme implies is left out. */
function hostIn(protocol: string, host: string): string | undefined {
  const url = `${protocol}//${host}`
  return URL.canParse(url) ? new URL(url).host : undefined
}

/** `null` is what any sandbox or file calls itself: it names nobody, and is never meant. */
function isListed(origin: string, { origins }: SameSiteOptions): boolean {
  return origin !== 'null' && (origins.includes(origin) || origins.includes('*'))
}
