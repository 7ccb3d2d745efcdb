import { expect, test } from 'vitest'
import { networkOf } from '../../../src/limits/network.ts'

test.each([
  ['IPv4 is itself', '192.0.2.7', '192.0.2.7'],
  ['IPv4 in IPv6 is the same client', '::ffff:192.0.2.7', '192.0.2.7'],
  ['in capitals, too', '::FFFF:192.0.2.7', '192.0.2.7'],
  ['IPv6 is its first half', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['however it is written', '2001:0DB8:0001:2::6', '2001:db8:1:2::/64'],
  ['with zeros left out in the first half', '2001:db8::1', '2001:db8:0:0::/64'],
  ['loopback', '::1', '0:0:0:0::/64'],
  ['of a zone', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['nothing is itself', '', ''],
])('%s', (_, address, network) => {
  expect(networkOf(address)).toBe(network)
})
