import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { DefinitionOptions } from '../../src/kairos/index.ts'
import { startLive, type TestLive } from '../support/live.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedisServer()
})
afterAll(() => server.stop())

let running: TestLive
afterEach(() => running.close())

const every = (step: number, steps: number): DefinitionOptions => ({
  name: 'all',
  match: ['**'],
  type: 'count',
  values: 'float',
  intervals: [{ name: 'second', step, steps }],
})

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

test('what leaves its interval while nobody is told is told of with the next update', async () => {
  running = await startLive(server.url, { definitions: [every(1, 40)] })
  const start = Math.floor(Date.now() / 1000)
  for (let age = 0; age < 40; age += 1) await running.store.insert({ name: 'x', timestamp: start - age })
  const watch = await running.live.watch(running.store.select('x', 'second'), { steps: 50, maxRate: 0.3 })
  const held = new Map<number, boolean>()
  for (let updates = 0; updates < 3; updates += 1) {
    const { value } = await watch.next()
    for (const { timestamp, empty } of value?.buckets ?? []) held.set(timestamp, empty)
    const left = [...held].filter(([timestamp]) => timestamp < (value?.end ?? 0) - 40)
    expect(left.filter(([, empty]) => !empty)).toEqual([])
  }
}, 20_000)

test('an interval that keeps more steps than there were since the beginning of time turns as any other', async () => {
  running = await startLive(server.url, { definitions: [every(2, 8e15)] })
  const watch = await running.live.watch(running.store.select('x', 'second'), { steps: 2, maxRate: 60 })
  const { value: first } = await watch.next()
  const { value: second } = await watch.next()
  expect(second?.end).toBe((first?.end ?? 0) + 2)
})

test('who missed far more than a window holds is given a SNAPSHOT', async () => {
  set = 0
  running = await startLive(server.url, { clock })
  const selection = running.store.select('long.ago', 'minute')
  const watch = await running.live.watch(selection, { steps: 5, maxRate: 60 })
  const cursors: (string | undefined)[] = []
  for (; cursors.length <= 120; set += 60) {
    await running.store.insert({ name: 'long.ago', timestamp: clock() })
    cursors.push((await watch.next()).value?.cursor)
  }
  const kindAfter = async (cursor: string | undefined) => {
    const again = await running.live.watch(selection, { steps: 5, after: cursor })
    return (await again.next()).value?.kind
  }
  expect([await kindAfter(cursors[90]), await kindAfter(cursors[0])]).toEqual(['DELTA', 'SNAPSHOT'])
})

test('a window that was left while it was read turns by itself when somebody is back', async () => {
  running = await startLive(server.url, { definitions: [every(2, 60)] })
  const { store, live } = running
  await store.insert({ name: 'x' }) // what comes later is told of once
  const first = await live.watch(store.select('x', 'second'), { maxRate: 60 })
  await first.next()
  void first.next() // waits
  const { reads } = live.counts
  await store.insert({ name: 'x' })
  while (live.counts.reads === reads) await nextTurn()
  await first.return()
  await running.redis.ping() // is answered after the read
  const again = await live.watch(store.select('x', 'second'), { maxRate: 60 })
  await again.next()
  const { steps } = live.counts
  let turned = false
  while (!turned) turned = ((await again.next()).value?.removed.length ?? 0) > 0
  expect(live.counts.steps - steps).toBeLessThan(60) // it was not found out by looking at the clock
})

test('a window that grows beyond what one read takes ends, and those beside it go on', async () => {
  const MARCH = Date.UTC(2027, 2, 31) / 1000
  let now = MARCH
  const months = { name: 'month', step: 'monthly', resolution: 'daily' }
  const definition: DefinitionOptions = {
    name: 'all',
    match: ['**'],
    type: 'count',
    values: 'float',
    intervals: [months],
  }
  running = await startLive(server.url, { definitions: [definition], maxBuckets: 60, clock: () => now })
  const selection = running.store.select('grows', 'month')
  const [long, short] = [
    await running.live.watch(selection, { steps: 2 }),
    await running.live.watch(selection, { steps: 1 }),
  ]
  await Promise.all([long.next(), short.next()])
  now += 86_400 // March and April have a day more than February and March
  await expect(long.next()).rejects.toMatchObject({ code: 'RANGE_TOO_LARGE' })
  expect((await short.next()).value?.removed).toContain(Date.UTC(2027, 2, 1) / 1000)
})
