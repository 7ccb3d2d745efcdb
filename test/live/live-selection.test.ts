import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Update, Watch } from '../../src/live/index.ts'
import { startLive, type TestLive } from '../support/live.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'

let server: RedisServer
let running: TestLive
beforeAll(async () => {
  server = await startRedisServer()
})
afterAll(() => server.stop())
beforeEach(async () => {
  running = await startLive(server.url)
})
afterEach(() => running.close())

let names = 0
/** Of a series that no other test has. */
const fresh = () => {
  names += 1
  return `series.${names}`
}

async function watch(name: string | string[], options: Parameters<TestLive['live']['watch']>[1] = {}) {
  return await running.live.watch(running.store.select(name, 'minute'), options)
}

const insert = async (name: string, value = 1, timestamp?: number) =>
  await running.store.insert({ name, value, timestamp })

/** Takes updates until the newest bucket has this sum; gives them all. */
async function until(watch: Watch, sum: number): Promise<Update[]> {
  const updates: Update[] = []
  for await (const update of { [Symbol.asyncIterator]: () => ({ next: () => watch.next() }) }) {
    updates.push(update)
    if (update.buckets.some((bucket) => bucket.sum === sum)) return updates
  }
  throw new Error('the watch ended')
}

test('a change is read once, however many watch and however long their windows are', async () => {
  const name = fresh()
  const watches = await Promise.all(
    Array.from({ length: 60 }, (_, i) => watch(name, { steps: 1 + (i % 6), condensed: i % 2 === 0 })),
  )
  await Promise.all(watches.map((each) => each.next()))
  const before = running.live.counts.reads
  await insert(name, 5)
  await Promise.all(watches.map((each) => until(each, 5)))
  expect(running.live.counts.reads - before).toBe(1)
})

test('who opens a window while others open it reads it with them', async () => {
  const name = fresh()
  await Promise.all(Array.from({ length: 100 }, () => watch(name)))
  expect(running.live.counts.reads).toBeLessThanOrEqual(2)
})

test('who is told the same is given the same object', async () => {
  const name = fresh()
  const [one, other] = await Promise.all([watch(name), watch(name)])
  expect((await one.next()).value).toBe((await other.next()).value)
  await insert(name)
  expect((await one.next()).value).toBe((await other.next()).value)
})

test('what is kept for those who saw the same is bounded, however many versions were seen', async () => {
  const name = fresh()
  const watcher = await watch(name, { maxRate: 60 })
  const cursors = [(await watcher.next()).value?.cursor]
  while (cursors.length <= 110) {
    await insert(name)
    cursors.push((await watcher.next()).value?.cursor)
  }
  const after = async (cursor: string | undefined) =>
    (await (await watch(name, { after: cursor })).next()).value
  const [first, again] = [await after(cursors[0]), await after(cursors[0])]
  expect(again).toBe(first)
  for (const cursor of cursors.slice(1)) await after(cursor)
  expect((await after(cursors[0]))?.buckets).toEqual(first?.buckets)
  expect(await after(cursors[0])).not.toBe(first)
})

test('watchers who begin at other times are told together from their second update on', async () => {
  const name = fresh()
  const early = await watch(name, { maxRate: 20 })
  await early.next()
  await insert(name)
  await early.next()
  const late = await watch(name, { maxRate: 20 })
  const seen = { early: new Set<Update>(), late: new Set<Update>() }
  const collect = async (watch: Watch, into: Set<Update>) => {
    for (;;) {
      const { value } = await watch.next()
      if (!value) return
      into.add(value)
    }
  }
  const collecting = [collect(early, seen.early), collect(late, seen.late)]
  while (seen.late.size < 6) await insert(name)
  await Promise.all([early.return(), late.return()])
  await Promise.all(collecting)
  const apart = [...seen.late].filter((update) => !seen.early.has(update))
  expect(apart.length).toBeLessThanOrEqual(2) // its SNAPSHOT, and what it missed until it fell into step
})

test('reads are no more frequent than updates, however often something is written', async () => {
  const name = fresh()
  const watcher = await watch(name, { maxRate: 5 })
  await watcher.next()
  const before = running.live.counts.reads
  const begin = performance.now()
  let updates = 0
  let writes = 0
  const taking = (async () => {
    while (!(await watcher.next()).done) updates += 1
  })()
  for (; updates < 5; writes += 1) await insert(name)
  const seconds = (performance.now() - begin) / 1000
  await watcher.return()
  await taking
  expect(writes).toBeGreaterThan(updates * 10)
  expect(running.live.counts.reads - before).toBeLessThanOrEqual(seconds * 5 + 2)
})

test('updates of one watcher are no closer than its rate allows', async () => {
  const name = fresh()
  const watcher = await watch(name, { maxRate: 20 })
  const times: number[] = []
  const taking = (async () => {
    while (!(await watcher.next()).done) times.push(performance.now())
  })()
  while (times.length < 8) await insert(name)
  await watcher.return()
  await taking
  for (const [i, time] of times.entries()) {
    const before = times[i - 1]
    if (before !== undefined) expect(time - before).toBeGreaterThan(45) // timers and turns of the loop
  }
})

test('who takes late is given the merged rest, once', async () => {
  const name = fresh()
  const slow = await watch(name, { maxRate: 60 })
  const quick = await watch(name, { maxRate: 60 })
  await Promise.all([slow.next(), quick.next()])
  const now = Date.now() / 1000
  for (let i = 0; i < 5; i += 1) {
    await insert(name, 10 ** i, now - 60 * i)
    await until(quick, 10 ** i)
  }
  const rest = slow.take()
  expect(rest?.kind).toBe('DELTA')
  expect(rest?.buckets.map(({ sum }) => sum)).toEqual([10_000, 1000, 100, 10, 1])
  expect(slow.take()).toBeUndefined()
})

test('who takes late is told what changed while nobody else was there to be told', async () => {
  const name = fresh()
  const only = await watch(name, { maxRate: 60 })
  let told = 0
  only.attach({ due: () => (told += 1), ended: () => {} })
  only.take()
  await insert(name, 1)
  await expect.poll(() => told).toBe(2)
  const { reads } = running.live.counts
  for (let i = 0; i < 20; i += 1) await insert(name, 1)
  await expect.poll(() => running.live.counts.hints).toBeGreaterThan(5)
  expect(running.live.counts.reads).toBe(reads) // nobody has taken what there was
  expect(only.take()).toBeUndefined() // it is read first
  await expect.poll(() => told).toBe(3)
  await expect.poll(() => only.take()?.buckets.map(({ sum }) => sum)).toEqual([21])
})

test('what changes before the first update is taken is told with the next', async () => {
  const name = fresh()
  const only = await watch(name, { maxRate: 60 })
  let told = 0
  only.attach({ due: () => (told += 1), ended: () => {} })
  const { hints } = running.live.counts
  await insert(name, 9)
  await expect.poll(() => running.live.counts.hints).toBeGreaterThan(hints)
  only.take()
  await expect.poll(() => told).toBe(2)
  expect(only.take()?.buckets.map(({ sum }) => sum)).toEqual([9])
})

test('a watcher that throws ends its own watch and no other', async () => {
  const name = fresh()
  const [bad, good] = [await watch(name, { maxRate: 60 }), await watch(name, { maxRate: 60 })]
  const ended: unknown[] = []
  const fault = new Error('of its own')
  bad.attach({
    due() {
      bad.take()
      if (ended.length === 0) throw fault
    },
    ended: (reason) => ended.push(reason),
  })
  expect(ended).toEqual([fault])
  await good.next()
  await insert(name, 3)
  await until(good, 3)
})

test('where the parts of a step are found by an index, its loss is told of', async () => {
  const intervals = [{ name: 'day', step: 'daily', steps: 3, resolution: '15min' }]
  const definitions = [{ name: 'all', match: ['**'], type: 'count', values: 'float', intervals }] as const
  const cut = await startLive(server.url, { definitions })
  const name = fresh()
  await cut.store.insert({ name, value: 6 })
  const watcher = await cut.live.watch(cut.store.select(name, 'day'), { steps: 1, condensed: true })
  expect((await watcher.next()).value?.buckets.map(({ sum }) => sum)).toEqual([6])
  await cut.redis.del(`test:{${name}}:day`)
  expect((await watcher.next()).value?.buckets.map(({ empty }) => empty)).toEqual([true])
  cut.close()
}, 5000)

test('a window that cannot be read ends, and those beside it go on', async () => {
  const name = fresh()
  const now = Math.floor(Date.now() / 1000)
  const [short, long] = [await watch(name, { steps: 2 }), await watch(name, { steps: 60 })]
  await Promise.all([short.next(), long.next()])
  const chunk = Math.floor(now / 60 / 7) - 4 // seven minutes share a key: four keys ago is beyond the short one
  await running.redis.set('foreign', '')
  await running.redis.rename('foreign', `test:{${name}}:minute:${chunk}`)
  await expect(long.next()).rejects.toMatchObject({ code: 'TYPE_MISMATCH' })
  await insert(name, 4)
  await until(short, 4)
  await expect(watch(name, { steps: 60 })).rejects.toMatchObject({ code: 'TYPE_MISMATCH' })
})

test('who comes back to a window soon is told what it missed; a window that nobody watches is not read', async () => {
  const name = fresh()
  const first = await watch(name)
  const { value: snapshot } = await first.next()
  await first.return()
  const { reads } = running.live.counts
  const hints = running.live.counts.hints
  await insert(name, 2)
  await expect.poll(() => running.live.counts.hints).toBeGreaterThan(hints)
  expect(running.live.counts.reads).toBe(reads)
  const again = await watch(name, { after: snapshot?.cursor })
  const { value: missed } = await again.next()
  expect(missed?.kind).toBe('DELTA')
  expect(missed?.buckets.map(({ sum }) => sum)).toEqual([2])
})

test('who comes back to a long window is told what it missed while a shorter one was watched', async () => {
  const name = fresh()
  const longAgo = Date.now() / 1000 - 50 * 60
  const [long, short] = [await watch(name, { steps: 60 }), await watch(name, { steps: 2, maxRate: 60 })]
  const { value: snapshot } = await long.next()
  await short.next()
  await long.return()
  await insert(name, 1)
  await until(short, 1)
  await insert(name, 5, longAgo)
  await insert(name, 1)
  await until(short, 2)
  const again = await watch(name, { steps: 60, after: snapshot?.cursor })
  const { value: missed } = await again.next()
  expect(missed?.kind).toBe('DELTA')
  expect(missed?.buckets.map(({ sum }) => sum).filter((sum) => sum !== null)).toEqual([5, 2])
})

test('a window is read in full no more often than every 30 beats', async () => {
  const watcher = await watch(fresh(), { steps: 60 })
  await watcher.next()
  void watcher.next() // waits
  const looks = async () => {
    const [, calls = '0'] =
      /latency\|histogram:calls=(\d+)/.exec(await running.redis.info('commandstats')) ?? []
    return Number(calls)
  }
  const [begun, { steps }] = [await looks(), { ...running.live.counts }]
  await expect.poll(looks, { timeout: 10_000 }).toBeGreaterThan(begun + 4)
  expect(running.live.counts.steps - steps).toBeLessThan(2 * 60)
})

test('where Redis does not tell of changes, who opens a window sees what a query would nevertheless', async () => {
  const name = fresh()
  await running.redis.config('SET', 'notify-keyspace-events', '')
  await running.redis.call('ACL', 'SETUSER', 'forbidden', 'on', '>x', '~*', '&*', '+@all', '-config')
  const untold = await startLive(server.url.replace('//', '//forbidden:x@'))
  expect(untold.live.trouble).toContain('does not tell of changes')
  const sums = async () => {
    const watcher = await untold.live.watch(untold.store.select(name, 'minute'), { steps: 1 })
    return (await watcher.next()).value?.buckets.map(({ sum }) => sum)
  }
  await sums()
  await untold.store.insert({ name, value: 3 })
  expect(await sums()).toEqual([3])
  untold.close()
})

test('windows that nobody came back to are forgotten, the first that was left first', async () => {
  const name = fresh()
  const left: string[] = []
  for (let steps = 1; steps <= 1010; steps += 1) {
    const selection = running.store.select(`${name}.${steps}`, 'minute')
    const each = await running.live.watch(selection, { steps: 1 })
    left.push((await each.next()).value?.cursor ?? '')
    await each.return()
  }
  expect(running.live.windows).toBe(1000)
  const kindAfter = async (steps: number) => {
    const again = await watch(`${name}.${steps}`, { steps: 1, after: left[steps - 1] })
    return (await again.next()).value?.kind
  }
  expect([await kindAfter(1), await kindAfter(1010)]).toEqual(['SNAPSHOT', 'DELTA'])
})

test('when the server ends, so does a watch, without a reason', async () => {
  const watcher = await watch(fresh())
  await watcher.next()
  const ended: unknown[] = []
  const next = watcher.next().then(({ done }) => ended.push(done))
  running.live.close()
  await next
  expect(ended).toEqual([true])
})
