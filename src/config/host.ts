import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether a server on this host is out of reach of other machines. A name other than localhost counts as reachable. */
export const isLoopback = (host: string): boolean => {
  const version = isIP(host)
  if (version === 0) return host.toLowerCase() === 'localhost'
  return loopback.check(host, version === 4 ? 'ipv4' : 'ipv6')
}

/** A host name, or an IP address without brackets. */
export const isHost = (text: string): boolean =>
  isIP(text) !== 0 ||
  (text.length <= 253 && /^([a-z0-9_][a-z0-9_-]{0,62}[.])*[a-z0-9_][a-z0-9_-]{0,62}[.]?$/i.test(text))
