import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startLive, type TestLive } from '../support/live.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedisServer()
})
afterAll(() => server.stop())

let running: TestLive
afterEach(() => running.close())

const NOON = 1_795_435_200
/** Seconds that are added to the time. */
let set = 0
const clock = () => NOON + set

test.each([
  ['forward', 600],
  ['back', -600],
  ['ahead of all that it showed', 100_000],
  ['behind all that it showed', -100_000],
])('a clock that is set %s moves the window with it', async (_, seconds) => {
  set = 0
  running = await startLive(server.url, { clock })
  const selection = running.store.select(`x${seconds}`, 'minute')
  await running.store.insert({ name: `x${seconds}`, value: 7 })
  const watch = await running.live.watch(selection, { steps: 30 })
  const held = new Map<number, number | null>()
  const follow = async () => {
    for (;;) {
      const { value } = await watch.next()
      if (!value) return
      if (value.kind === 'SNAPSHOT') held.clear()
      for (const timestamp of value.removed) held.delete(timestamp)
      for (const { timestamp, sum } of value.buckets) held.set(timestamp, sum)
    }
  }
  const following = follow()
  await expect.poll(() => held.get(NOON)).toBe(7)
  set = seconds
  const { buckets } = await selection.query({ steps: 30 })
  const fresh = buckets.map(({ timestamp, sum }) => [timestamp, sum])
  await expect.poll(() => [...held].sort(([a], [b]) => a - b), { timeout: 3000 }).toEqual(fresh)
  await watch.return()
  await following
})
