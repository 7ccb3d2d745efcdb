import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'

const LISTED = 'https://app.example'
const OTHER = 'https://elsewhere.example'

let app: TestApp
let url: string
beforeAll(async () => {
  app = await startTestApp({ monitor: false, cors: { origins: [LISTED] } })
  url = `${app.app.url}/graphql`
})
afterAll(() => app.stop())

const post = (headers: Record<string, string>, body = '{"query":"{ __typename }"}') =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })

const preflight = (origin: string) =>
  fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  })

const readableBy = ({ headers }: Response) => headers.get('access-control-allow-origin')

test('a page that is listed may ask, and is told what it may send, but no cookie', async () => {
  const { status, headers } = await preflight(LISTED)
  expect(status).toBe(204)
  expect(Object.fromEntries(headers)).toMatchObject({
    'access-control-allow-origin': LISTED,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers':
      'authorization, content-type, last-event-id, traceparent, tracestate, x-request-id',
    'access-control-max-age': '7200',
    vary: 'accept-encoding, origin',
  })
  expect(headers.has('access-control-allow-credentials')).toBe(false)
  const response = await post({ origin: LISTED })
  expect(readableBy(response)).toBe(LISTED)
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } })
})

test('a page that is not listed may not, and nothing is written', async () => {
  for (const origin of [OTHER, 'null', `${LISTED}:8443`]) {
    const asked = await preflight(origin)
    expect([asked.status, readableBy(asked)]).toEqual([403, null])
    const response = await post(
      { origin },
      '{"query":"mutation { insert(name: \\"hijacked\\") { inserted } }"}',
    )
    expect([response.status, readableBy(response)]).toEqual([403, null])
    expect((await response.json()).errors[0].extensions).toEqual({ code: 'FORBIDDEN' })
    expect(response.headers.get('vary')).toContain('origin')
  }
  expect(await app.redis.keys('*hijacked*')).toEqual([])
})

test('a page reads why it was refused', async () => {
  const tooLarge = JSON.stringify({ query: '{ __typename }', variables: { a: 'x'.repeat(4 * 1024 * 1024) } })
  const refused = [
    [await post({ origin: LISTED, 'content-type': 'text/plain' }), 415],
    [await post({ origin: LISTED, accept: 'text/plain' }), 406],
    [await post({ origin: LISTED }, '{'), 400],
    [await post({ origin: LISTED }, tooLarge), 413],
    [await fetch(url, { method: 'PUT', headers: { origin: LISTED } }), 405],
  ] as const
  for (const [response, status] of refused) {
    expect([response.status, readableBy(response)]).toEqual([status, LISTED])
    expect((await response.json()).errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' })
  }
})

test('a page reads a stream of events', async () => {
  const gone = new AbortController()
  const query = 'subscription { series(name: "streamed", interval: "minute", steps: 1) { kind } }'
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', origin: LISTED },
    body: JSON.stringify({ query }),
    signal: gone.signal,
  })
  expect([response.headers.get('content-type'), readableBy(response)]).toEqual(['text/event-stream', LISTED])
  gone.abort()
})

test('what is no page asks as ever, and caches are told that the answer depends on it', async () => {
  const response = await post({})
  expect([response.status, readableBy(response)]).toEqual([200, null])
  expect(response.headers.get('vary')).toContain('origin')
})

describe('a WebSocket, which browsers let any page open,', () => {
  const open = (headers: Record<string, string>) =>
    new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', { headers })

  test.each([{ origin: LISTED }, {}])('is opened for what is listed or no page: %j', async (headers) => {
    const socket = open(headers)
    await once(socket, 'open')
    socket.send('{"type":"connection_init"}')
    expect(JSON.parse(String((await once(socket, 'message'))[0]))).toEqual({ type: 'connection_ack' })
    socket.close()
  })

  test('is opened for the page of this server', async () => {
    const socket = open({ origin: app.app.url })
    await once(socket, 'open')
    socket.close()
  })

  test.each([OTHER, 'null', 'https://app.example.evil.example'])('is refused for %s', async (origin) => {
    const [, response] = await once(open({ origin }), 'unexpected-response')
    expect(response.statusCode).toBe(403)
  })
})

describe('where a token is needed', () => {
  const TOKEN = 'a-token-of-a-page'
  let guarded: TestApp
  beforeAll(async () => {
    const sha256 = createHash('sha256').update(TOKEN).digest('hex')
    const tokens = [{ name: 'page', sha256, scopes: ['read:**'] }]
    guarded = await startTestApp({ monitor: false, auth: { tokens }, cors: { origins: [LISTED] } })
  })
  afterAll(() => guarded.stop())
  const ask = (method: string, headers: Record<string, string>) =>
    fetch(`${guarded.app.url}/graphql`, {
      method,
      headers: { origin: LISTED, 'content-type': 'application/json', ...headers },
      body: method === 'POST' ? '{"query":"{ __typename }"}' : null,
    })

  test('a page may ask what it may send without one, and reads that it is missing', async () => {
    const asked = await ask('OPTIONS', { 'access-control-request-method': 'POST' })
    expect([asked.status, readableBy(asked)]).toEqual([204, LISTED])
    const refused = await ask('POST', {})
    expect([refused.status, readableBy(refused)]).toEqual([401, LISTED])
    expect((await refused.json()).errors[0].extensions).toEqual({ code: 'UNAUTHENTICATED' })
    expect((await ask('POST', { authorization: `Bearer ${TOKEN}` })).status).toBe(200)
  })

  test('a token opens nothing to pages that are not listed', async () => {
    expect((await ask('POST', { authorization: `Bearer ${TOKEN}`, origin: OTHER })).status).toBe(403)
  })
})

describe('a server that nothing was said to', () => {
  let closed: TestApp
  beforeAll(async () => {
    closed = await startTestApp({ monitor: false })
  })
  afterAll(() => closed.stop())

  test('answers no page but its own, and those of this machine', async () => {
    const statusFor = async (origin: string) =>
      (await fetch(`${closed.app.url}/graphql?query={__typename}`, { headers: { origin } })).status
    expect(await statusFor(LISTED)).toBe(403)
    expect(await statusFor('null')).toBe(403)
    expect(await statusFor(closed.app.url)).toBe(200)
    expect(await statusFor('http://localhost:5173')).toBe(200)
  })

  test('believes nobody who says to be a proxy', async () => {
    const forwarded = {
      'x-forwarded-host': 'app.example',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
    }
    const ask = (headers: Record<string, string>) =>
      fetch(`${closed.app.url}/graphql?query={__typename}`, { headers: { ...forwarded, ...headers } })
    expect((await ask({})).status).toBe(200)
    expect((await ask({ origin: LISTED })).status).toBe(403)
  })
})

describe('behind a proxy', () => {
  let behind: TestApp
  beforeAll(async () => {
    behind = await startTestApp({ monitor: false, auth: 'none', trustProxy: true })
  })
  afterAll(() => behind.stop())
  const ask = async (headers: Record<string, string>) =>
    (await fetch(`${behind.app.url}/graphql?query={__typename}`, { headers })).status

  test('its page is where the proxy says that it was asked for', async () => {
    const forwarded = { 'x-forwarded-host': 'charts.example', 'x-forwarded-proto': 'https' }
    expect(await ask({ ...forwarded, origin: 'https://charts.example' })).toBe(200)
    expect(await ask({ ...forwarded, origin: 'http://charts.example' })).toBe(403)
    expect(await ask({ ...forwarded, origin: behind.app.url })).toBe(403)
  })
})

test('without auth, what a proxy passes on from elsewhere is not served', async () => {
  const local = await startTestApp({ monitor: false, trustProxy: true })
  const ask = async (headers: Record<string, string>) =>
    (await fetch(`${local.app.url}/graphql?query={__typename}`, { headers })).status
  expect(await ask({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'localhost' })).toBe(200)
  expect(await ask({ 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'localhost' })).toBe(403)
  expect(await ask({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'charts.example' })).toBe(403)
  await local.stop()
})
