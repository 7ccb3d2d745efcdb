import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    monitor: false,
    timeseries: [{ name: 'all', match: '**', type: 'series', intervals: { year: { step: '1y', steps: 2 } } }],
  })
})
afterAll(() => app.stop())

/** Updates of some 200 kB, so that a few fill whatever buffers there are on the way. */
const queryOf = (name: string) =>
  `subscription { series(name: "${name}", interval: "year", maxRate: 60) { changed { buckets { values } } } }`

async function fill(name: string): Promise<void> {
  const inserts = Array.from({ length: 200 }, () => ({ name, value: 'x'.repeat(1000) }))
  const query = 'mutation ($inserts: [InsertInput!]!) { insertMany(inserts: $inserts) { inserted } }'
  expect((await app.query(query, { inserts })).errors).toBeUndefined()
}

async function insert(name: string, value: string): Promise<void> {
  await app.query(`mutation { insert(name: "${name}", value: "${value}") { inserted } }`)
}

/** One who watches, and may stop reading. */
interface Consumer {
  /** updates that it got, each the last value in it */
  readonly last: unknown[]
  /** the code or the error with which it was ended */
  ended: unknown
  pause(): void
  resume(): void
}

const lastOf = (payload: string) => JSON.parse(payload).data.series.changed.buckets.at(-1)?.values.at(-1)

async function overSocket(name: string): Promise<Consumer> {
  const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const consumer: Consumer = {
    last: [],
    ended: undefined,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
  socket.once('close', (code, reason) => {
    consumer.ended = `${code} ${reason}`
  })
  await once(socket, 'open')
  socket.send('{"type":"connection_init"}')
  await once(socket, 'message')
  socket.on('message', (data) => consumer.last.push(lastOf(JSON.stringify(JSON.parse(String(data)).payload))))
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: queryOf(name) } }))
  await expect.poll(() => consumer.last.length).toBe(1)
  return consumer
}

async function overEvents(name: string): Promise<Consumer> {
  const url = `${app.app.url}/graphql?query=${encodeURIComponent(queryOf(name))}`
  const asked = get(url, { headers: { accept: 'text/event-stream' } })
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const consumer: Consumer = {
    last: [],
    ended: undefined,
    pause: () => response.pause(),
    resume: () => response.resume(),
  }
  let text = ''
  response.setEncoding('utf8').on('data', (chunk) => {
    const parts = (text + chunk).split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const [, data] = /^data: (.+)$/m.exec(part) ?? []
      if (data) consumer.last.push(lastOf(data))
    }
  })
  response.once('error', () => {}) // as it is cut off
  response.once('close', () => {
    consumer.ended = `cut off: ${!response.complete}`
  })
  await expect.poll(() => consumer.last.length).toBe(1)
  return consumer
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${app.app.url}/metrics`)).text()
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  )
}

describe.each([
  ['WebSocket', overSocket],
  ['SSE', overEvents],
] as const)('a consumer over %s that reads nothing', (transport, watch) => {
  test('holds up nobody, and is told the merged rest when it reads again', async () => {
    const name = `slow.${transport}`
    await fill(name)
    const [stalled, neighbour] = [await watch(name), await watch(name)]
    stalled.pause()
    let inserted = 0
    while ((await metric('kairos_live_stalled')) === 0) await insert(name, `v${++inserted}`)
    const taken = neighbour.last.length
    for (const end = inserted + 300; inserted < end; ) await insert(name, `v${++inserted}`)
    await expect.poll(() => neighbour.last.at(-1)).toBe(`v${inserted}`)
    expect(neighbour.last.length).toBeGreaterThan(taken + 3)
    expect(await metric('kairos_live_stalled')).toBe(1)
    stalled.resume()
    await expect.poll(() => stalled.last.at(-1)).toBe(`v${inserted}`)
    // What was on its way, and one more.
    expect(stalled.last.length).toBeLessThan(neighbour.last.length)
    const [secondLast] = stalled.last.slice(-2)
    expect(Number(String(secondLast).slice(1))).toBeLessThanOrEqual(inserted - 300)
    expect(await metric('kairos_live_stalled')).toBe(0)
    expect(stalled.ended).toBeUndefined()
  })
})

test('who takes nothing for 30 seconds, not even a ping, is ended with a reason', async () => {
  const [closedBefore, name] = [await metric('kairos_live_stalled_closed_total'), 'stuck']
  await fill(name)
  const silent = new WebSocket(`${app.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    autoPong: false,
  })
  const silentEnded = once(silent, 'close').then(([code]) => code)
  await once(silent, 'open')
  silent.send('{"type":"connection_init"}')
  const consumers = [await overSocket(name), await overEvents(name)]
  for (const consumer of consumers) consumer.pause()
  let inserted = 0
  while ((await metric('kairos_live_stalled')) < 2) await insert(name, `v${++inserted}`)
  const stalledAt = performance.now()
  await expect
    .poll(() => metric('kairos_live_stalled_closed_total'), { timeout: 60_000 })
    .toBe(closedBefore + 3)
  expect(performance.now() - stalledAt).toBeGreaterThan(29_000)
  expect(await metric('kairos_live_stalled')).toBe(0)
  expect(await silentEnded).toBe(1013)
  for (const consumer of consumers) consumer.resume()
  await expect
    .poll(() => consumers.map(({ ended }) => ended))
    .toEqual(['1013 What was sent is not read', 'cut off: true'])
  await expect.poll(() => metric('kairos_watchers')).toBeLessThanOrEqual(4)
}, 120_000)
