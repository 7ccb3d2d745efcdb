import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { refusal } from '../../../src/server/same-site.ts'

function request(headers: Record<string, string>): IncomingMessage {
  const message = new IncomingMessage(new Socket())
  Object.assign(message.headers, headers)
  return message
}

test.each([
  ['localhost:4000', undefined, true],
  ['127.0.0.1:4000', undefined, true],
  ['127.8.9.1', undefined, true],
  ['[::1]:4000', undefined, true],
  ['kairos.localhost:4000', undefined, true],
  ['localhost:4000', 'http://localhost:4000', true],
  ['localhost:4000', 'http://localhost:4001', false],
  ['localhost:4000', 'https://elsewhere.example', false],
  ['localhost:4000', 'null', false],
  ['elsewhere.example', undefined, false],
  ['elsewhere.example', 'http://elsewhere.example', false],
  ['127.0.0.1.elsewhere.example', undefined, false],
  ['localhost.elsewhere.example', undefined, false],
  ['', undefined, false],
])('where only loopback is served, host %s with origin %s: %s', (host, origin, served) => {
  const headers = origin === undefined ? { host } : { host, origin }
  expect(refusal(request(headers), { loopbackOnly: true }) === undefined).toBe(served)
})

test('where any host is served, an origin must still be the host', () => {
  const ask = (origin: string) =>
    refusal(request({ host: 'charts.example', origin }), { loopbackOnly: false })
  expect(ask('https://charts.example')).toBeUndefined()
  expect(ask('https://elsewhere.example')).toBeDefined()
})

test.each([
  'localhost:99999',
  '127.999.999.999',
  'xn--.localhost',
  '[',
  'a b',
  'localhost/path',
  'me@localhost',
  'localhost?',
])('what is no host is a mistake, wherever it is served: %s', (host) => {
  for (const loopbackOnly of [true, false])
    expect(refusal(request({ host }), { loopbackOnly })).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
    })
})
