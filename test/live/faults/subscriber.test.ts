import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { Random } from './random.ts'
import type { Selection } from './series.ts'
import { Subscriber } from './subscriber.ts'
import { TRANSPORTS } from './transports.ts'

const SNAPSHOT = {
  kind: 'SNAPSHOT',
  cursor: 'abcdefghijklmnop.1',
  removed: [],
  changed: { end: 1, buckets: [{ timestamp: 0, seconds: 1, empty: true, sum: 0 }] },
}
const EVENT = `event: next\ndata: ${JSON.stringify({ data: { update: SNAPSHOT } })}\n\n`
const EVENTS = { 'content-type': 'text/event-stream' }

const PATIENT = { timeout: 10_000 }

/** One whose choice of transports is event streams. */
const forStreams = () => {
  for (let seed = 0; ; seed += 1) if (new Random(seed).pick(TRANSPORTS) === 'sse') return new Random(seed)
}

const selection = (name: string): Selection => ({ names: [name], interval: 'second', condensed: false })

let server: Server
let subscriber: Subscriber
afterEach(() => {
  subscriber.stop()
  server.closeAllConnections()
  server.close()
})

/** Watches `told` and `other` over a stream each; gives what it complains of. */
async function watch(answer: RequestListener): Promise<string[]> {
  server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : address
  const violations: string[] = []
  subscriber = new Subscriber({
    name: 'one',
    home: { url: `http://127.0.0.1:${port}`, ends: 0, flushes: 0 },
    random: forStreams(),
    selections: [selection('told'), selection('other')],
    count() {},
    onViolation: (what) => violations.push(what),
  })
  return violations
}

test('a stream that never began is no violation, and the others are given up with it', async () => {
  let [told, left] = [0, 0]
  const violations = await watch(async (request, response) => {
    if (!(await text(request)).includes('told')) return void setTimeout(() => request.socket.destroy(), 50) // after the other was told
    told += 1
    response.once('close', () => {
      left += 1
    })
    response.writeHead(200, EVENTS).write(EVENT)
  })
  await expect.poll(() => told, PATIENT).toBeGreaterThan(2)
  expect(violations).toEqual([])
  expect(left).toBeGreaterThan(1)
})

test('a stream that was there and ends is one', async () => {
  const violations = await watch(async (request, response) => {
    response.writeHead(200, EVENTS).write(EVENT)
    if ((await text(request)).includes('told')) setTimeout(() => response.end(), 50)
  })
  await expect.poll(() => violations, PATIENT).not.toEqual([])
  expect(violations[0]).toMatch(/told.*: a connection that was there ended: the stream ended/)
})
