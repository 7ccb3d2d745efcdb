import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** What a request says about the way it took; where `trustProxy`, as the one proxy in front reports it. */
export interface ProxyOptions {
  /** whether X-Forwarded-For, X-Forwarded-Host and X-Forwarded-Proto are a proxy's of ours; otherwise anyone can write them */
  readonly trustProxy: boolean
}

/**
 * The IP address of the client. Of what a proxy reports the last entry counts, which is its own: those before are what
 * the client claimed. Empty where nobody knows it.
 */
export function clientAddress({ headers, socket }: IncomingMessage, { trustProxy }: ProxyOptions): string {
  const reported = trustProxy ? lastOf(headers['x-forwarded-for']) : undefined
  return plain(reported === undefined ? (socket.remoteAddress ?? '') : withoutPort(reported))
}

/** The host that the client asked for, with its port where one was given. */
export function askedHost({ headers }: IncomingMessage, { trustProxy }: ProxyOptions): string {
  return (trustProxy ? lastOf(headers['x-forwarded-host']) : undefined) ?? headers.host ?? ''
}

/** `http` or `https`; undefined where only a proxy could know: one in front may speak TLS, of which we see nothing. */
export function askedScheme({ headers }: IncomingMessage, { trustProxy }: ProxyOptions): string | undefined {
  return trustProxy ? lastOf(headers['x-forwarded-proto'])?.toLowerCase() : undefined
}

/** Whether an address that `clientAddress` gave is of this machine. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

function lastOf(header: string | string[] | undefined): string | undefined {
  const entries = typeof header === 'string' ? header : header?.join()
  return entries?.slice(entries.lastIndexOf(',') + 1).trim()
}

/** Some proxies give the port along: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(address: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address
}

/** One spelling for one client: a socket that takes IPv4 and IPv6 gives `::ffff:192.0.2.1`. */
function plain(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address
  return isIP(mapped) === 0 ? '' : mapped
}
