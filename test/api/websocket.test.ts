import { once } from 'node:events'
import { connect } from 'node:net'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { type Reply, startTestApp, type TestApp } from '../support/app.ts'
import { readMetrics } from '../support/metrics.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ limits: { maxSubscriptions: 2 } })
})
afterAll(() => app.stop())

const open = () =>
  createClient({ url: `${app.app.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket })

/** The first answer over a socket of its own; the errors where the whole operation is refused. */
async function ask(query: string, variables?: Record<string, unknown>): Promise<Reply> {
  const client = open()
  try {
    for await (const result of client.iterate({ query, variables })) return result as Reply
    throw new Error('no answer')
  } catch (errors) {
    if (Array.isArray(errors)) return { errors }
    throw errors
  } finally {
    await client.dispose()
  }
}

describe('an error is over WebSocket what it is over HTTP', () => {
  const NOON = 1_795_435_200
  const series = `series(name: "foreign", interval: "minute", steps: 3)`
  beforeAll(async () => {
    const hour = Math.floor(Date.now() / 3_600_000)
    for (const each of [hour - 1, hour, hour + 1]) await app.redis.set(`kairos:{foreign}:minute:${each}`, 'x')
  })

  test.each([
    ['a syntax error', '{ series(', 'BAD_USER_INPUT'],
    ['an unknown field', '{ nope }', 'BAD_USER_INPUT'],
    ['an unknown interval', '{ series(name: "x", interval: "nope") { end } }', 'UNKNOWN_INTERVAL'],
    ['a foreign key', `{ ${series} { end } }`, 'TYPE_MISMATCH'],
    [
      'too many buckets',
      `{ series(name: "x", interval: "minute", start: 0, end: ${NOON}) { end } }`,
      'RANGE_TOO_LARGE',
    ],
  ])('%s', async (_what, query, code) => {
    const [overHttp, overSocket] = [await app.query(query), await ask(query)]
    expect(overSocket.errors).toEqual(overHttp.errors)
    expect(overSocket.errors?.map(({ extensions }) => extensions?.code)).toEqual([code])
  })

  test('a variable of the wrong type', async () => {
    const query = 'query ($start: Timestamp) { series(name: "x", interval: "minute", start: $start) { end } }'
    const variables = { start: 'tomorrow' }
    const overSocket = await ask(query, variables)
    expect(overSocket.errors).toEqual((await app.query(query, variables)).errors)
    expect(overSocket.errors?.[0]).toMatchObject({
      message: expect.stringContaining('$start'),
      extensions: { code: 'BAD_USER_INPUT' },
    })
  })

  test('a subscription that cannot begin', async () => {
    const foreign = await ask(`subscription { ${series} { kind } }`)
    expect(foreign.errors?.[0]?.extensions).toEqual({ code: 'TYPE_MISMATCH' })
  })

  test('a subscription that fails later, because somebody put something else in its place', async () => {
    const client = open()
    const updates = client.iterate({
      query: 'subscription { series(name: "later", interval: "minute", steps: 3) { kind } }',
    })
    await updates.next()
    const hour = Math.floor(Date.now() / 3_600_000)
    for (const each of [hour - 1, hour, hour + 1]) await app.redis.set(`kairos:{later}:minute:${each}`, 'x')
    const untilItFails = async () => {
      while (!(await updates.next()).done);
    }
    await expect(untilItFails()).rejects.toMatchObject([{ extensions: { code: 'TYPE_MISMATCH' } }])
    await client.dispose()
  })
})

describe('an operation that its client completes', () => {
  const subscribe = (id: string, name: string) => {
    const query = `subscription { series(name: "${name}", interval: "minute", maxRate: 60) { kind } }`
    return JSON.stringify({ id, type: 'subscribe', payload: { query } })
  }
  const complete = (id: string) => JSON.stringify({ id, type: 'complete' })

  async function dial() {
    const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    const received: { id?: string; type: string; payload?: unknown }[] = []
    socket.on('message', (data) => received.push(JSON.parse(String(data))))
    await once(socket, 'open')
    socket.send('{"type":"connection_init"}')
    await expect.poll(() => received).toEqual([{ type: 'connection_ack' }])
    received.length = 0
    return { socket, received }
  }
  const insert = (name: string) => app.query(`mutation { insert(name: "${name}") { inserted } }`)

  test('is told nothing more once the server has heard of it', async () => {
    const { socket, received } = await dial()
    socket.send(subscribe('1', 'completed'))
    socket.send(subscribe('2', 'completed'))
    await expect.poll(() => received.length).toBe(2)
    socket.send(complete('1'))
    socket.send('{"type":"ping"}')
    await expect.poll(() => received.at(-1)).toEqual({ type: 'pong' })
    received.length = 0
    await insert('completed')
    await expect.poll(() => received.length).toBeGreaterThan(0)
    expect(received.map(({ id, type }) => `${id} ${type}`)).not.toContain('1 next')
    socket.terminate()
  })

  test('leaves its id to another one that follows at once', async () => {
    const { socket, received } = await dial()
    socket.send(subscribe('1', 'first'))
    await expect.poll(() => received.length).toBe(1)
    socket.send(complete('1'))
    socket.send(subscribe('1', 'second'))
    await expect.poll(() => received.length).toBe(2)
    await insert('second')
    await expect.poll(() => JSON.stringify(received.slice(2))).toContain('DELTA')
    expect(received.map(({ type }) => type)).not.toContain('complete')
    socket.terminate()
  })
})

test('a socket that carries as much as it may says when to come again', async () => {
  const client = open()
  const query = 'subscription { series(name: "many", interval: "minute", steps: 1) { kind } }'
  const updates = [client.iterate({ query }), client.iterate({ query })]
  for (const each of updates) await each.next()
  await expect(client.iterate({ query }).next()).rejects.toMatchObject([
    { extensions: { code: 'RATE_LIMITED', retryAfter: 1 } },
  ])
  await client.dispose()
})

test.each([
  ['a message that only servers send', JSON.stringify({ type: 'connection_ack' })],
  ['no message at all', 'nonsense'],
  ['more than may be sent', 'x'.repeat(4 * 1024 * 1024 + 1)],
  [
    'an operation before it was let in',
    JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{a}' } }),
  ],
])('%s closes the socket, and is not written past the log', async (_what, message) => {
  const written = vi.spyOn(console, 'error').mockImplementation(() => {})
  const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  await once(socket, 'open')
  socket.send(message)
  const [code] = await once(socket, 'close')
  expect(code).toBeGreaterThan(1001)
  expect(written).not.toHaveBeenCalled()
  written.mockRestore()
})

describe('a frame that is none closes the socket with a reason:', () => {
  const upgrade = [
    'GET /graphql HTTP/1.1',
    'host: localhost',
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
    'sec-websocket-protocol: graphql-transport-ws',
  ]

  test.each<[string, Buffer, number]>([
    ['one that is not masked', Buffer.of(0x81, 2, 0x7b, 0x7d), 1002],
    ['one of no kind', Buffer.of(0x83, 0x80, 0, 0, 0, 0), 1002],
    ['one that goes on with what never began', Buffer.of(0x80, 0x80, 0, 0, 0, 0), 1002],
    ['a text that is no UTF-8', Buffer.of(0x81, 0x81, 0, 0, 0, 0, 0xff), 1007],
    ['one that announces 2^40 bytes', Buffer.of(0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0), 1009],
  ])('%s', async (_what, frame, code) => {
    const socket = connect(Number(new URL(app.app.url).port), '127.0.0.1')
    socket.on('error', () => {}) // the server may reset what it does not read
    socket.write(`${upgrade.join('\r\n')}\r\n\r\n`)
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(socket, 'data')
    socket.write(frame)
    await once(socket, 'close')
    const answer = Buffer.concat(chunks)
    const [kind = 0, length = 0] = answer.subarray(answer.indexOf('\r\n\r\n') + 4)
    const payload = answer.subarray(answer.indexOf('\r\n\r\n') + 6)
    expect([kind, payload.readUInt16BE(0)]).toEqual([0x88, code])
    expect(payload).toHaveLength(length)
    expect(payload.subarray(2).toString()).toMatch(/^[A-Z][\w -]+$/)
  })
})

test('what keeps a socket alive is not held for it: it may stay for years', async () => {
  const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  await once(socket, 'open')
  socket.send('{"type":"connection_init"}')
  await once(socket, 'message')
  for (let i = 0; i < 1000; i += 1) socket.pong('x'.repeat(i % 126))
  for (let i = 0; i < 20; i += 1) socket.ping('x'.repeat(6 * i))
  socket.ping('last')
  await new Promise<void>((resolve) => socket.on('pong', (data) => String(data) === 'last' && resolve()))
  expect((await readMetrics(app.app.url)).value('kairos_request_bytes')).toBe(0)
  socket.terminate()
})
