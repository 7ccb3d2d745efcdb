import { once } from 'node:events'
import { connect } from 'node:net'
import { createClient } from 'graphql-ws'
import { afterEach, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
afterEach(() => app.stop())

const start = async (limits: object) => {
  app = await startTestApp({ monitor: false, limits })
}
const url = () => `${app.app.url}/graphql`
const socketUrl = () => url().replace('http', 'ws')
const post = (accept: string, query = '{ __typename }', signal?: AbortSignal) =>
  fetch(url(), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
    ...(signal ? { signal } : {}),
  })
const openClient = () => createClient({ url: socketUrl(), webSocketImpl: WebSocket, retryAttempts: 0 })
const WATCH = 'subscription { series(name: "x", interval: "minute", steps: 1) { kind } }'
const LIMITED = { extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }

describe('a caller that asks too often is told when to come again', () => {
  const ways = {
    'POST for application/json': [() => post('application/json'), 200],
    'POST for application/graphql-response+json': [() => post('application/graphql-response+json'), 429],
    'GET for application/json': [
      () => fetch(`${url()}?query={__typename}`, { headers: { accept: 'application/json' } }),
      200,
    ],
    'GET for application/graphql-response+json': [
      () =>
        fetch(`${url()}?query={__typename}`, { headers: { accept: 'application/graphql-response+json' } }),
      429,
    ],
    'POST for an event stream': [() => post('text/event-stream'), 200],
  } as const

  test.each(Object.entries(ways))('%s', async (_, [ask, status]) => {
    await start({ maxRequestsPerSecond: 0.1 })
    expect(await (await ask()).text()).toContain('"Query"')
    const refused = await ask()
    expect(refused.status).toBe(status)
    const text = await refused.text()
    const { errors, data } = JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? text)
    expect(data).toBeUndefined()
    expect(errors).toMatchObject([LIMITED])
    expect(errors[0].extensions).not.toHaveProperty('http')
    expect(refused.headers.get('retry-after')).toBe(String(errors[0].extensions.retryAfter))
  })

  test('WebSocket', async () => {
    await start({ maxRequestsPerSecond: 0.1 })
    const client = openClient()
    expect((await client.iterate({ query: '{ __typename }' }).next()).value.data).toEqual({
      __typename: 'Query',
    })
    await expect(client.iterate({ query: '{ __typename }' }).next()).rejects.toMatchObject([LIMITED])
    await client.dispose()
  })

  test('over all transports and servers together', async () => {
    await start({ maxRequestsPerSecond: 0.2 })
    await post('application/json')
    const client = openClient()
    await client.iterate({ query: '{ __typename }' }).next()
    expect((await app.query('{ __typename }')).errors).toMatchObject([LIMITED])
    await client.dispose()
    await vi.waitFor(async () => expect(await app.redis.keys('__kairos:kairos:{limits}:*')).not.toEqual([]))
  })
})

describe('a caller that watches too much', () => {
  test('is told so over WebSocket and SSE, and may go on when another watch ends', async () => {
    await start({ maxSubscriptionsPerIdentity: 2 })
    const client = openClient()
    const first = client.iterate({ query: WATCH })
    await first.next()
    const streaming = new AbortController()
    const stream = (await post('text/event-stream', WATCH, streaming.signal)).body?.getReader()
    await vi.waitFor(async () =>
      expect(new TextDecoder().decode((await stream?.read())?.value)).toContain('SNAPSHOT'),
    )
    expect((await client.iterate({ query: WATCH }).next()).value.errors).toMatchObject([LIMITED])
    expect(await (await post('text/event-stream', WATCH)).text()).toContain('RATE_LIMITED')

    streaming.abort()
    await vi.waitFor(async () => {
      const again = client.iterate({ query: WATCH })
      expect((await again.next()).value.data?.series.kind).toBe('SNAPSHOT')
    })
    await client.dispose()
    const late = openClient()
    await vi.waitFor(async () =>
      expect((await late.iterate({ query: WATCH }).next()).value.errors).toBeUndefined(),
    )
    await late.dispose()
  })

  test('for too much at once pays for the whole window', async () => {
    await start({ maxCost: 10 })
    const wide =
      'subscription { series(name: "x", interval: "minute", steps: 11) { changed { timestamps } } }'
    const client = openClient()
    expect((await client.iterate({ query: wide }).next()).value.errors).toMatchObject([
      { extensions: { code: 'RANGE_TOO_LARGE' } },
    ])
    const narrow = await client.iterate({ query: wide.replace('11', '10') }).next()
    expect(narrow.value.errors).toBeUndefined()
    await client.dispose()
  })
})

const openSocket = async () => {
  const socket = new WebSocket(socketUrl(), 'graphql-transport-ws')
  await once(socket, 'open')
  return socket
}

test('an address with too many sockets is told why another one is closed', async () => {
  await start({ maxSocketsPerAddress: 1 })
  const first = await openSocket()
  const [code, reason] = await once(await openSocket(), 'close')
  expect([code, String(reason)]).toEqual([1013, 'This address has as many sockets open as it may have'])
  first.close()
  await vi.waitFor(async () => {
    const socket = await openSocket()
    socket.send(JSON.stringify({ type: 'connection_init' }))
    const told = await Promise.race([once(socket, 'message'), once(socket, 'close')])
    socket.close()
    expect(String(told[0])).toContain('connection_ack')
  })
})

test('a message that is too large closes the socket with a reason', async () => {
  await start({})
  const socket = await openSocket()
  socket.send('x'.repeat(4 * 1024 * 1024 + 1))
  const [code, reason] = await once(socket, 'close')
  expect([code, String(reason)]).toEqual([1009, 'A message has at most 4194304 bytes'])
})

test('a client that sends and does not read is not listened to, until it reads', async () => {
  await start({})
  const socket = await openSocket()
  const answered = once(socket, 'message')
  socket.send(JSON.stringify({ type: 'connection_init' }))
  await answered
  socket.pause()
  // Each is echoed. What neither the client's kernel nor ours takes stays with the client.
  const ping = JSON.stringify({ type: 'ping', payload: { padding: 'x'.repeat(64 * 1024) } })
  const PINGS = 1000
  let pongs = 0
  socket.on('message', () => {
    pongs += 1
  })
  for (let i = 0; i < PINGS; i += 1) socket.send(ping)
  let before = -1
  await vi.waitFor(
    () => {
      const now = socket.bufferedAmount
      const still = now === before
      before = now
      expect(still).toBe(true)
    },
    { timeout: 10_000, interval: 500 },
  )
  expect(before).toBeGreaterThan(PINGS * ping.length * 0.5)
  socket.resume()
  await vi.waitFor(() => expect(pongs).toBe(PINGS), { timeout: 10_000 })
  socket.close()
})

test('a body that says it is too large is refused before it is sent', async () => {
  await start({})
  const { hostname, port } = new URL(url())
  const socket = connect(Number(port), hostname)
  socket.write(
    'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n',
  )
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1.1 413 /)
  socket.destroy()
})
