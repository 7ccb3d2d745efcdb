import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { refusal, type SameSiteOptions } from '../../../src/server/same-site.ts'

const closed: SameSiteOptions = { loopbackOnly: () => true, origins: [], trustProxy: false }
const open: SameSiteOptions = { ...closed, loopbackOnly: () => false }

function request(headers: Record<string, string>, remoteAddress = '127.0.0.1'): IncomingMessage {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress })
  const message = new IncomingMessage(socket)
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
  ['localhost:4000', 'http://localhost:4001', true],
  ['localhost:4000', 'http://127.0.0.1:5173', true],
  ['127.0.0.1:4000', 'http://[::1]:8080', true],
  ['localhost:4000', 'https://kairos.localhost', true],
  ['localhost:4000', 'http://localhost.elsewhere.example', false],
  ['localhost:4000', 'http://127.0.0.1.elsewhere.example', false],
  ['localhost:4000', 'http://localhost@elsewhere.example', false],
  ['localhost:4000', 'chrome-extension://localhost', false],
  ['localhost:4000', 'file://', false],
  ['localhost:4000', 'localhost', false],
  ['localhost:4000', 'https://elsewhere.example', false],
  ['localhost:4000', 'null', false],
  ['elsewhere.example', undefined, false],
  ['elsewhere.example', 'http://elsewhere.example', false],
  ['127.0.0.1.elsewhere.example', undefined, false],
  ['localhost.elsewhere.example', undefined, false],
  ['', undefined, false],
])('where only loopback is served, host %s with origin %s: %s', (host, origin, served) => {
  const headers = origin === undefined ? { host } : { host, origin }
  expect(refusal(request(headers), closed) === undefined).toBe(served)
})

test('where any host is served, a page of this machine is of another origin as any', () => {
  const headers = { host: 'localhost:4000', origin: 'http://localhost:4001' }
  expect(refusal(request(headers), open)?.status).toBe(403)
})

test('where any host is served, an origin must still be the host', () => {
  const ask = (origin: string) => refusal(request({ host: 'charts.example', origin }), open)
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
  for (const options of [closed, open])
    expect(refusal(request({ host }), options)).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
    })
})

test('where only loopback is served, a client elsewhere is not, whatever Host it sends', () => {
  expect(refusal(request({ host: 'localhost:4000' }, '192.0.2.1'), closed)?.status).toBe(403)
  expect(refusal(request({ host: 'localhost:4000' }, '::ffff:127.0.0.1'), closed)).toBeUndefined()
})

describe('behind a proxy that is trusted', () => {
  const forwarded = (headers: Record<string, string>) => request({ host: 'localhost:4000', ...headers })
  const client = { 'x-forwarded-for': '203.0.113.9, 127.0.0.1', 'x-forwarded-host': 'localhost' }
  test.each([
    [client, true],
    [{ ...client, 'x-forwarded-for': '127.0.0.1, 203.0.113.9' }, false],
    [{ ...client, 'x-forwarded-for': 'unknown' }, false],
    [{ ...client, 'x-forwarded-for': '' }, false],
    [{ ...client, 'x-forwarded-host': 'charts.example' }, false],
    [{ ...client, 'x-forwarded-host': 'localhost, charts.example' }, false],
  ])('only loopback is served by both host and client: %j', (headers, served) => {
    expect(refusal(forwarded(headers), { ...closed, trustProxy: true }) === undefined).toBe(served)
    expect(refusal(forwarded(headers), closed)).toBeUndefined() // whatever anyone writes there
  })

  test.each([
    ['https://charts.example', 'https', true],
    ['https://charts.example', 'HTTPS', true],
    ['http://charts.example', 'https', false],
    ['https://charts.example:8443', 'https', false],
    ['https://kairos.internal', 'https', false],
  ])('an origin must be its host and its scheme: %s over %s', (origin, proto, served) => {
    const headers = {
      host: 'kairos.internal',
      'x-forwarded-host': 'charts.example:443',
      'x-forwarded-proto': proto,
      origin,
    }
    expect(refusal(request(headers), { ...open, trustProxy: true }) === undefined).toBe(served)
  })
})

describe('origins that are listed', () => {
  const ask = (origin: string, origins: readonly string[]) =>
    refusal(request({ host: 'kairos.example', origin }), { ...open, origins })
  const listed = ['https://app.example', 'http://app.example:8080']

  test.each([
    ['https://app.example', true],
    ['http://app.example:8080', true],
    ['http://app.example', false],
    ['https://app.example:8443', false],
    ['https://app.example.evil.example', false],
    ['https://evil-app.example', false],
    ['https://sub.app.example', false],
    ['null', false],
    ['', false],
  ])('may ask, and no other: %s', (origin, served) => {
    expect(ask(origin, listed) === undefined).toBe(served)
  })

  test('"*" is every page, but not what has no origin', () => {
    expect(ask('https://anywhere.example', ['*'])).toBeUndefined()
    expect(ask('null', ['*'])?.status).toBe(403)
  })

  test('open no other name of this machine', () => {
    const rebound = request({ host: 'rebound.example', origin: 'https://app.example' })
    expect(refusal(rebound, { ...closed, origins: listed })?.status).toBe(403)
  })
})
