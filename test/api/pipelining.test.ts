import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { readMetrics } from '../support/metrics.ts'

let app: TestApp
beforeAll(async () => {
  const timeseries = [
    { name: 'all', match: '**', type: 'series', intervals: { year: { step: '1y', steps: 2 } } },
  ]
  app = await startTestApp({ monitor: false, timeseries, limits: { maxValueLength: 100_000 } })
})
afterAll(() => app.stop())

const metric = async (name: string) => (await readMetrics(app.app.url)).value(name)

/** A client that sends all of these at once, without waiting for an answer, and reads none. */
async function send(queries: readonly string[], accept: string): Promise<Socket> {
  const { port, host } = new URL(app.app.url)
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  const head = (query: string) =>
    `GET /graphql?query=${encodeURIComponent(query)} HTTP/1.1\r\nHost: ${host}\r\nAccept: ${accept}\r\n\r\n`
  socket.pause()
  socket.write(queries.map(head).join(''))
  return socket
}

test('of subscriptions that were asked for in one go, those behind the first end with their client, too', async () => {
  const subscription = 'subscription { series(name: "a", interval: "year") { kind } }'
  const socket = await send([subscription, subscription, subscription], 'text/event-stream')
  await expect.poll(() => metric('kairos_subscriptions{transport="sse"}')).toBe(3)
  socket.destroy()
  await expect.poll(() => metric('kairos_subscriptions{transport="sse"}')).toBe(0)
  expect(await metric('kairos_watchers')).toBe(0)
})

test('of answers that were asked for in one go, none is owed to a client that is gone', async () => {
  await app.query('mutation ($value: Value) { insert(name: "large", value: $value) { inserted } }', {
    value: 'x'.repeat(100_000),
  })
  const fields = Array.from({ length: 100 }, (_, i) => `_${i}: values`).join(' ')
  const query = `{ series(name: "large", interval: "year", steps: 1) { buckets { ${fields} } } }`
  const socket = await send([query, query, query], 'application/json')
  await expect.poll(() => metric('kairos_unread_bytes')).toBeGreaterThan(29_000_000)
  socket.destroy()
  await expect.poll(() => metric('kairos_unread_bytes')).toBe(0)
  expect(await metric('kairos_unread_closed_total')).toBe(0)
})
