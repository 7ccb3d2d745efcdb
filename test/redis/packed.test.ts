import { describe, expect, test } from 'vitest'
import { type SeriesType, Timeseries } from '../../src/kairos/index.ts'
import { useRedis } from '../support/redis-client.ts'

const HOUR = 1_795_435_200 // begins an hour
const on = useRedis()

function minutes<const T extends SeriesType>(type: T, { steps = 1440, prefix = 'p' } = {}) {
  const clock = { now: HOUR }
  const timeseries = new Timeseries(on.redis, {
    type,
    prefix,
    layout: 'packed',
    intervals: { minute: { step: 60, steps } },
    clock: () => clock.now,
  })
  return { timeseries, clock }
}

const chunk = `p:{a}:minute:${HOUR / 3600}`

/** The part of a key that decides over its slot in Redis Cluster. */
function hashTag(key: string): string {
  const from = key.indexOf('{') + 1
  const to = key.indexOf('}', from)
  return from > 0 && to > from ? key.slice(from, to) : key
}

describe('in layout packed a key', () => {
  test('holds the counts of an hour in the order of its minutes, compactly', async () => {
    const { timeseries } = minutes('count')
    await timeseries.insertMany([5, 1, 3].map((n) => ({ name: 'a', value: n, timestamp: HOUR + n * 60 })))
    expect((await on.redis.keys('*')).sort()).toEqual(['p:{a}:minute', chunk])
    expect(await on.redis.lrange(chunk, 0, -1)).toEqual(['', '1', '', '3', '', '5'])
  })

  test.each([
    ['count', 'list'],
    ['gauge', 'list'],
    ['series', 'list'],
    ['histogram', 'hash'],
    ['set', 'hash'],
  ] as const)('of a %s is a small %s', async (type, redisType) => {
    const { timeseries } = minutes(type)
    for (let minute = 0; minute < 60; minute += 1)
      await timeseries.insert('a', [1, 2, 3, 4], { timestamp: HOUR + minute * 60 })
    expect(await on.redis.type(chunk)).toBe(redisType)
    expect(await on.redis.object('ENCODING', chunk)).toMatch(/^(listpack|quicklist)$/)
    expect(await on.redis.dbsize()).toBe(2)
  })

  test.each(['a', 'a.b', '{', '}', '{}', '}{', 'a{b}c', '%7B', '%', 'ä€😀', '*', '[a-z]?', '\\', ' ', '"\''])(
    'has the name "%s" for its hash tag, which no other series shares',
    async (name) => {
      const { timeseries } = minutes('count', { prefix: '{x}' })
      await timeseries.insert(name, 7)
      await timeseries.insert('other', 1)
      const tags = (await on.redis.keys('*')).map(hashTag)
      expect(new Set(tags).size).toBe(2)
      expect(tags).not.toContain('x')
      expect(await timeseries.names()).toEqual([name, 'other'].sort())
      expect(await timeseries.get(name, 'minute')).toEqual(new Map([[HOUR, 7]]))
      expect(await timeseries.delete(name)).toBe(1)
      expect(await timeseries.names()).toEqual(['other'])
    },
  )

  test('expires when the last of its steps has left, and its index with the last of them', async () => {
    const { timeseries } = minutes('count', { steps: 120 }) // 15 minutes a chunk
    await timeseries.insert('a', 1)
    const left = async (key: string) => (await on.redis.pttl(key)) / 60_000
    const [first = ''] = (await on.redis.keys('p:{a}:minute:*')).sort()
    expect(await left(first)).toBeCloseTo(14 + 120, 0)
    expect(await left('p:{a}:minute')).toBeCloseTo(14 + 120, 0)
    await timeseries.insert('a', 1, { timestamp: HOUR + 3600 })
    expect(await left(first)).toBeCloseTo(14 + 120, 0)
    expect(await left('p:{a}:minute')).toBeCloseTo(14 + 120 + 60, 0)
  })
})

describe('in layout packed', () => {
  test('what has left is never read, though its key is still there', async () => {
    const { timeseries, clock } = minutes('count', { steps: 60 })
    await timeseries.insert('a', 1)
    clock.now = HOUR + 59 * 60
    expect(await timeseries.get('a', 'minute', { timestamp: HOUR })).toEqual(new Map([[HOUR, 1]]))
    clock.now = HOUR + 60 * 60
    expect(await on.redis.keys('p:{a}:minute:*')).toHaveLength(1)
    expect(await timeseries.get('a', 'minute', { timestamp: HOUR })).toEqual(new Map([[HOUR, 0]]))
    expect(await timeseries.properties('a')).toEqual({})
  })

  test('the index forgets chunks that are gone', async () => {
    const { timeseries } = minutes('count', { steps: 8 }) // a minute each
    for (let minute = 0; minute < 6; minute += 1) {
      await timeseries.insert('a', 1, { timestamp: HOUR + minute * 60 })
      if (minute < 4) await on.redis.del(`p:{a}:minute:${HOUR / 60 + minute}`) // as if expired
    }
    expect(await on.redis.zcard('p:{a}:minute')).toBe(2)
  })

  test('a reading of years and seconds asks for what was written alone', async () => {
    const timeseries = new Timeseries(on.redis, {
      type: 'count',
      prefix: 'p',
      layout: 'packed',
      intervals: { year: { step: 'yearly', resolution: 1 } },
      clock: () => HOUR,
    })
    await timeseries.insertMany([0, 1, 61, 9_000_000].map((back) => ({ name: 'a', timestamp: HOUR - back })))
    const [[, seconds] = []] = await timeseries.series('a', 'year', { steps: 1 })
    expect([...(seconds instanceof Map ? seconds.keys() : [])]).toEqual(
      [9_000_000, 61, 1, 0].map((back) => HOUR - back),
    )
  })
})

describe('when an interval is kept longer than before', () => {
  const kept = (steps?: number) =>
    new Timeseries(on.redis, {
      type: 'count',
      prefix: 'p',
      layout: 'packed',
      intervals: { minute: { step: 60, ...(steps && { steps }) } },
      clock: () => HOUR,
    })

  test.each([
    [960, 4800],
    [960, undefined],
  ])('from %s to %s steps, what is new in a chunk lives as long', async (before, after) => {
    await kept(before).insert('a', 1)
    await kept(after).insert('a', 1, { timestamp: HOUR + 60 })
    const lives = await Promise.all([chunk, 'p:{a}:minute'].map((key) => on.redis.pttl(key)))
    for (const life of lives)
      if (after === undefined) expect(life).toBe(-1)
      else expect(life).toBeGreaterThan(after * 60_000)
  })
})

test('what is written beside deleteAll is there, and can be deleted', async () => {
  const timeseries = new Timeseries(on.redis, {
    type: 'count',
    prefix: 'p',
    layout: 'packed',
    intervals: { day: { step: 'daily', resolution: 60 } },
    clock: () => HOUR,
  })
  const names = Array.from({ length: 50 }, (_, i) => `s${i}`)
  const insertAll = () => timeseries.insertMany(names.map((name) => ({ name })))
  await insertAll()
  for (let round = 0; round < 20; round += 1) {
    const deleting = timeseries.deleteAll()
    for (let i = 0; i < 5; i += 1) await insertAll()
    await deleting
    await insertAll()
    for (const name of names) {
      const [[, minutes] = []] = await timeseries.series(name, 'day', { steps: 1 })
      expect(minutes instanceof Map && [...minutes.values()][0]).toBeGreaterThanOrEqual(1)
    }
  }
  expect(await timeseries.deleteAll()).toBe(50)
  expect(await on.redis.keys('*')).toEqual([])
})

test('a read of an interval that outlives all time is answered', async () => {
  const timeseries = new Timeseries(on.redis, {
    type: 'count',
    layout: 'packed',
    intervals: { year: { step: 'yearly', steps: 6000 } },
    clock: () => HOUR,
  })
  expect((await timeseries.get('a', 'year', { timestamp: 99e9 })).size).toBe(1)
})

describe('a bucket that outgrows its chunk', () => {
  const many = Array.from({ length: 700 }, (_, i) => `value-${i}`)

  test('of a series keeps the order of arrival', async () => {
    const { timeseries } = minutes('series')
    await timeseries.insert('a', many.slice(0, 500))
    await timeseries.insert('a', ['neighbour'], { timestamp: HOUR + 60 })
    await timeseries.insert('a', many.slice(500, 600))
    await timeseries.insert('a', many.slice(600))
    await timeseries.insert('a', ['late'], { timestamp: HOUR + 60 })
    expect(await timeseries.series('a', 'minute', { start: HOUR, steps: 2 })).toEqual(
      new Map([
        [HOUR, many],
        [HOUR + 60, ['neighbour', 'late']],
      ]),
    )
    expect(await on.redis.llen(chunk)).toBe(1024)
  })

  test('of a histogram counts each value once, wherever it lies', async () => {
    const { timeseries } = minutes('histogram')
    await timeseries.insert('a', many)
    await timeseries.insert('a', many)
    await timeseries.insert('a', ['first'], { timestamp: HOUR + 60 })
    const buckets = await timeseries.series('a', 'minute', { start: HOUR, steps: 2 })
    expect(buckets.get(HOUR)).toEqual(new Map(many.map((value) => [value, 2])))
    expect(buckets.get(HOUR + 60)).toEqual(new Map([['first', 1]]))
    expect(await on.redis.hlen(chunk)).toBe(512)
    expect(await on.redis.object('ENCODING', chunk)).toBe('listpack')
  })

  test('of a set has each member once', async () => {
    const { timeseries } = minutes('set')
    await timeseries.insert('a', many)
    await timeseries.insert('a', many.slice(300))
    expect(await timeseries.get('a', 'minute')).toEqual(new Map([[HOUR, new Set(many)]]))
  })

  test.each(['series', 'histogram', 'set'] as const)('of a %s lives and goes with it', async (type) => {
    const { timeseries } = minutes(type)
    await timeseries.insert('a', many)
    const own = `${chunk}:0`
    expect(await on.redis.exists(own)).toBe(1)
    expect(Math.abs((await on.redis.pttl(own)) - (await on.redis.pttl(chunk)))).toBeLessThan(1000)
    expect(await timeseries.delete('a')).toBe(1)
    expect(await on.redis.keys('*')).toEqual([])
  })
})
