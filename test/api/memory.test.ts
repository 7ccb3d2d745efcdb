import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'
import { collectGarbage } from '../support/garbage.ts'
import { readMetrics } from '../support/metrics.ts'

const MIB = 1024 * 1024
/** On a machine that has other things to do. */
const LONG = { timeout: 20_000 }
const timeseries = [
  { name: 'all', match: '**', type: 'series', intervals: { year: { step: '1y', steps: 2 } } },
]
const LARGE = 'x'.repeat(200_000)
/** Each repeats the large value: 20 MB together. */
const FIELDS = Array.from({ length: 100 }, (_, i) => `_${i}: values`).join(' ')

let app: TestApp
let sockets: { destroy(): void }[] = []
beforeAll(async () => {
  app = await startTestApp({ monitor: false, timeseries, limits: { maxValueLength: LARGE.length } })
  await app.query('mutation ($value: Value) { insert(name: "large", value: $value) { inserted } }', {
    value: LARGE,
  })
})
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  sockets = []
})
afterAll(() => app.stop())

const metric = async (name: string) => (await readMetrics(app.app.url)).value(name) ?? Number.NaN

/** MiB that are reachable, in this process, which is the server's */
const reachable = () => {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / MIB
}

/** Sends so many equal requests in one go, over a connection of their own; the answers nobody reads. */
async function post(length: number, body: string, times = 1): Promise<void> {
  const socket = connect(Number(new URL(app.app.url).port), '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => {}) // it may be cut off
  await once(socket, 'connect')
  socket.pause()
  const head = ['POST /graphql HTTP/1.1', 'Host: localhost', 'Content-Type: application/json']
  socket.write([...head, `Content-Length: ${length}`, '', body].join('\r\n').repeat(times))
}

/** A WebSocket that was let in. */
async function greet(): Promise<WebSocket> {
  const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  sockets.push({ destroy: () => socket.terminate() })
  await once(socket, 'open')
  socket.send('{"type":"connection_init"}')
  await once(socket, 'message')
  return socket
}

async function subscribe(socket: WebSocket, id: number, payload: object) {
  socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload }))
  const [message] = await once(socket, 'message')
  return JSON.parse(String(message)).payload
}

/** For 20 MB each time; equal ones that come in one go share them. */
const ask = async (name: string, times = 1) => {
  const query = `query ${name} { series(name: "large", interval: "year", steps: 1) { buckets { ${FIELDS} } } }`
  const body = JSON.stringify({ query })
  await post(body.length, body, times)
}

test('an answer that nobody reads takes what is counted for it, until its client is gone', async () => {
  await ask('First')
  await expect.poll(() => metric('kairos_unread_bytes'), LONG).toBeGreaterThan(19 * MIB)
  const before = [reachable(), await metric('kairos_unread_bytes')] as const
  for (const name of ['A', 'B', 'C']) await ask(name)
  await expect.poll(() => metric('kairos_unread_bytes'), LONG).toBeGreaterThan(76 * MIB)
  const counted = (await metric('kairos_unread_bytes')) - before[1]
  expect((reachable() - before[0]) / (counted / MIB)).toBeCloseTo(1, 0.5)
  for (const socket of sockets) socket.destroy()
  await expect.poll(() => metric('kairos_unread_bytes')).toBe(0)
  await expect.poll(reachable, LONG).toBeLessThan(before[0])
})

test('256 MiB of answers that nobody reads are counted; who asks for more than that is cut off', async () => {
  await ask('Many', 13)
  await expect.poll(() => metric('kairos_unread_bytes'), LONG).toBeGreaterThan(13 * 19 * MIB)
  expect(await metric('kairos_unread_closed_total')).toBe(0)
  await ask('More')
  await expect.poll(() => metric('kairos_unread_closed_total'), LONG).toBeGreaterThan(0)
  expect(await metric('kairos_unread_bytes')).toBeLessThanOrEqual(192 * MIB)
})

test('256 MiB of bodies that never end are held, what comes then is refused, and taken when they are gone', async () => {
  const part = 'x'.repeat(4 * MIB - 1)
  for (let i = 0; i < 64; i += 1) await post(4 * MIB, part)
  await expect.poll(() => metric('kairos_request_bytes'), LONG).toBeGreaterThan(255 * MIB)
  const small = () => app.query('{ __typename }', { x: 'x'.repeat(MIB) })
  expect((await small()).errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfter: 1 })
  expect(await metric('kairos_limit_hits_total{limit="memory"}')).toBe(1)
  for (const socket of sockets) socket.destroy()
  await expect.poll(() => metric('kairos_request_bytes')).toBe(0)
  expect((await small()).data).toEqual({ __typename: 'Query' })
})

test('nothing is kept of a message with which a subscription began', async () => {
  const socket = await greet()
  const query = `subscription { series(name: "a", interval: "year") { kind } }`
  const before = reachable()
  for (let id = 0; id < 5; id += 1) {
    const payload = { query, variables: { x: 'x'.repeat(MIB) }, extensions: { x: 'x'.repeat(2 * MIB) } }
    expect((await subscribe(socket, id, payload)).data.series.kind).toBe('SNAPSHOT')
  }
  expect(await metric('kairos_subscriptions{transport="websocket"}')).toBe(5)
  await expect.poll(() => reachable() - before).toBeLessThan(10)
  expect(await metric('kairos_request_bytes')).toBe(0)
})

test('a subscription is refused where what all of them ask is too much', async () => {
  const socket = await greet()
  let refused: unknown
  for (let id = 0; refused === undefined && id < 50; id += 1) {
    // Short, but of many tokens, which is what takes memory.
    const query = `subscription { series(name: "a", interval: "year") { kind } } ${'#\n'.repeat(14_000)}#${id}`
    refused = (await subscribe(socket, id, { query })).errors?.[0].extensions
  }
  expect(refused).toEqual({ code: 'RATE_LIMITED', retryAfter: 1 })
  expect(await metric('kairos_subscribed_bytes')).toBeLessThan(128 * MIB)
  socket.terminate()
  await expect.poll(() => metric('kairos_subscribed_bytes')).toBe(0)
})

test.each([
  ['a message', 1009, async () => (await greet()).send('x'.repeat(4 * MIB + 1))],
  ['a body', 413, async () => void (await post(4 * MIB + 1, ''))],
])('%s that is too large is counted as a limit (%i)', async (_what, _code, send) => {
  const sample = 'kairos_limit_hits_total{limit="request"}'
  const before = await metric(sample)
  await send()
  await expect.poll(() => metric(sample)).toBe(before + 1)
})
