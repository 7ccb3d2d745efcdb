import { isIPv6 } from 'node:net'

/**
 * What is counted of a client's IP address: all of IPv4, of IPv6 the first 64 bits, since the rest is the client's own to
 * choose. What is no address is itself.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? []
  if (mapped !== undefined) return mapped
  // As URLs write it: in lower case, without leading zeros, embedded IPv4 in hexadecimal.
  const [, host = ''] = /^\[(.*)\]$/.exec(new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname) ?? []
  const [before = '', after] = host.split('::')
  const left = groupsOf(before)
  const right = after === undefined ? [] : groupsOf(after)
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
