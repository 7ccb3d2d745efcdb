import type { Redis } from 'ioredis'
import { beforeAll, describe, expect, test } from 'vitest'
import type { DefinitionOptions, SeriesType } from '../../src/kairos/index.ts'
import {
  type Config,
  fill,
  folded,
  held,
  leftovers,
  migration,
  NOON,
  open,
  someInserts,
  typed,
} from '../support/moved.ts'
import { useRedis } from '../support/redis-client.ts'
import { rule } from '../support/stores.ts'

const on = useRedis()
let redis: Redis
beforeAll(() => {
  redis = on.redis
})

const TYPES: readonly SeriesType[] = ['series', 'histogram', 'count', 'gauge', 'set']

type Intervals = DefinitionOptions['intervals']

interface Case {
  readonly what: string
  readonly from: readonly [Config[0], Intervals]
  readonly to: readonly [Config[0], Intervals]
  /** names of the interval before and after; default minute */
  readonly names?: readonly [string, string]
  readonly floor?: (start: number) => number
  /** seconds over which there are values */
  readonly seconds?: number
}

const minute = { name: 'minute', step: 60 }
const fine = { ...minute, resolution: 10 }
const to = (seconds: number) => (start: number) => Math.floor(start / seconds) * seconds

const CASES: readonly Case[] = [
  { what: 'from packed to kairos', from: ['packed', [minute]], to: ['kairos', [minute]] },
  { what: 'from kairos to packed', from: ['kairos', [minute]], to: ['packed', [minute]] },
  { what: 'with a resolution from packed to kairos', from: ['packed', [fine]], to: ['kairos', [fine]] },
  { what: 'with a resolution from kairos to packed', from: ['kairos', [fine]], to: ['packed', [fine]] },
  {
    what: 'of cut steps from packed to kairos',
    from: ['packed', [{ name: 'minute', step: '1h', resolution: 10 }]],
    to: ['kairos', [{ name: 'minute', step: '1h', resolution: 10 }]],
  },
  {
    what: 'to a coarser resolution',
    from: ['packed', [{ ...minute, resolution: 5 }]],
    to: ['packed', [{ ...minute, resolution: 20 }]],
    floor: to(20),
  },
  { what: 'to no resolution', from: ['kairos', [fine]], to: ['kairos', [minute]], floor: to(60) },
  {
    what: 'to no resolution and the other layout',
    from: ['kairos', [fine]],
    to: ['packed', [minute]],
    floor: to(60),
  },
  {
    what: 'to a coarser step',
    from: ['packed', [minute]],
    to: ['packed', [{ ...minute, step: '1h' }]],
    floor: to(3600),
  },
  {
    what: 'to a step that becomes the resolution of a longer one',
    from: ['packed', [minute]],
    to: ['packed', [{ ...minute, step: '1d', resolution: '1min' }]],
  },
  {
    what: 'to a step that was the resolution of a longer one',
    from: ['packed', [{ name: 'minute', step: '1d', resolution: '1min' }]],
    to: ['packed', [minute]],
  },
  {
    what: 'to a step as coarse as everything there is',
    from: ['packed', [minute]],
    to: ['kairos', [{ ...minute, step: 'yearly' }]],
    floor: (start) => Date.UTC(new Date(start * 1000).getUTCFullYear(), 0, 1) / 1000,
    seconds: 17 * 86_400,
  },
  {
    what: 'to a longer life',
    from: ['packed', [{ ...minute, steps: 200 }]],
    to: ['packed', [{ ...minute, steps: 2000 }]],
  },
  {
    what: 'to life for ever',
    from: ['kairos', [{ ...minute, steps: 200 }]],
    to: ['packed', [minute]],
  },
  {
    what: 'under another name',
    from: ['packed', [minute]],
    to: ['packed', [{ ...minute, name: 'Minute' }]],
    names: ['minute', 'Minute'],
  },
  {
    what: 'to other days, where hours make them up',
    from: ['packed', [{ name: 'day', step: 'daily', resolution: '1h', timeZone: 'Europe/Berlin' }]],
    to: ['packed', [{ name: 'day', step: 'daily', resolution: '1h' }]],
    names: ['day', 'day'],
    seconds: 10 * 86_400,
  },
  {
    what: 'to days, where hours make them up, across a change of clocks',
    from: ['kairos', [{ name: 'day', step: 'daily', resolution: '1h' }]],
    to: ['packed', [{ name: 'day', step: 'daily', timeZone: 'Europe/Berlin' }]],
    names: ['day', 'day'],
    floor: berlinDay,
    seconds: 100 * 86_400,
  },
  {
    what: 'to whole weeks, where days make them up',
    from: ['kairos', [{ name: 'week', step: 'weekly', resolution: 'daily' }]],
    to: ['packed', [{ name: 'week', step: 'weekly', weekStart: 'sunday' }]],
    names: ['week', 'week'],
    floor: (start) => Math.floor((start - 3 * 86_400) / (7 * 86_400)) * 7 * 86_400 + 3 * 86_400,
    seconds: 60 * 86_400,
  },
]

/** Midnight in Berlin; clocks went back on 25 October 2026 at 01:00 UTC. */
function berlinDay(start: number): number {
  const offset = (time: number) => (time < Date.UTC(2026, 9, 25, 1) / 1000 ? 7200 : 3600)
  const midnight = to(86_400)(start + offset(start))
  return midnight - offset(midnight - 7200)
}

describe.each(TYPES)('a %s is moved', (type) => {
  test.each(CASES)('$what', async ({ from, to, names = ['minute', 'minute'], floor, seconds = 7200 }) => {
    const before: Config = [from[0], typed(type, from[1])]
    const after: Config = [to[0], typed(type, to[1])]
    await fill(redis, before, someInserts('data', type, seconds))
    await fill(redis, before, someInserts('data.{b}*', type, seconds))
    const old = await held(redis, before, 'data', names[0])
    const oldOther = await held(redis, before, 'data.{b}*', names[0])
    expect(Object.keys(old).length).toBeGreaterThan(4)

    await expect(open(redis, after).open()).rejects.toThrow('data and 1 more: ')
    expect(await migration(redis, after).run()).toBe(2)

    const store = open(redis, after)
    await store.open()
    store.close()
    expect(await held(redis, after, 'data', names[1])).toEqual(folded(type, old, floor ?? ((start) => start)))
    expect(await held(redis, after, 'data.{b}*', names[1])).toEqual(
      folded(type, oldOther, floor ?? ((start) => start)),
    )
    expect(await store.names(10)).toEqual(['data', 'data.{b}*'])
    expect(await leftovers(redis)).toEqual([])
    // And nothing of the old is left: what is there is what a store would find.
    expect(await store.delete(['data', 'data.{b}*'])).toBe(2)
    expect((await redis.keys('*')).filter((key) => !key.startsWith('__kairos:'))).toEqual([])
  })
})

test('what was written after a migration lies beside what was moved', async () => {
  const before: Config = ['kairos', typed('count', [minute])]
  const after: Config = ['packed', typed('count', [minute])]
  await fill(redis, before, [{ name: 'data', value: 2, timestamp: NOON }])
  await migration(redis, after).run()
  await fill(redis, after, [{ name: 'data', value: 3, timestamp: NOON }])
  expect(await held(redis, after, 'data', 'minute')).toEqual({ [NOON]: 5 })
})

test('buckets that a count of 0 opened are moved, or vanish where there is nothing to open', async () => {
  const coarse: Config = ['kairos', typed('count', [minute])]
  const before: Config = ['kairos', typed('count', [fine])]
  await fill(redis, before, [
    { name: 'data', value: 0, timestamp: NOON },
    { name: 'data.other', value: 0, timestamp: NOON },
    { name: 'data.other', value: 2, timestamp: NOON + 10 },
  ])
  const packed: Config = ['packed', typed('count', [fine])]
  await migration(redis, packed).run()
  expect(await redis.keys('*{data}:minute:*')).toHaveLength(1)
  expect(await held(redis, packed, 'data', 'minute')).toEqual({})
  await migration(redis, before).run()
  await migration(redis, coarse).run()
  expect((await held(redis, coarse, 'data', 'minute'))[NOON] ?? 0).toBe(0)
  expect(await held(redis, coarse, 'data.other', 'minute')).toEqual({ [NOON]: 2 })
})

test('integers become floats, and what was kept as it is becomes quantized or the other way round', async () => {
  const histogram = (options: Partial<DefinitionOptions>): Config => [
    'packed',
    rule('data', { type: 'histogram', ...options }),
  ]
  const plain = histogram({ values: 'integer' })
  const inserts = [1, 2, 3, 7, 8, 11].map((value) => ({ name: 'data', value, timestamp: NOON }))
  await fill(redis, plain, inserts)
  const float = histogram({ values: 'float' })
  await migration(redis, float).run()
  const entries = (counts: [number, number][]) => ({
    [NOON]: counts.map(([value, count]) => ({ value, count })),
  })
  expect(await held(redis, float, 'data', 'minute')).toEqual(
    entries([
      [1, 1],
      [2, 1],
      [3, 1],
      [7, 1],
      [8, 1],
      [11, 1],
    ]),
  )
  const rounded = entries([
    [0, 2],
    [5, 2],
    [10, 2],
  ])
  const quantized = histogram({ values: 'float', quantize: 5 })
  await migration(redis, quantized).run()
  expect(await held(redis, quantized, 'data', 'minute')).toEqual(rounded)
  await migration(redis, float).run()
  expect(await held(redis, float, 'data', 'minute')).toEqual(rounded)
})

test('what has left a shorter life is not moved, and what is moved expires as if it had been written so', async () => {
  const before: Config = ['packed', typed('count', [{ ...minute, steps: 200 }])]
  const after: Config = ['packed', typed('count', [{ ...minute, steps: 10 }])]
  await fill(
    redis,
    before,
    [0, 5, 9, 10, 100].map((ago) => ({ name: 'data', value: 1, timestamp: NOON - ago * 60 })),
  )
  await migration(redis, after).run()
  expect(await held(redis, after, 'data', 'minute')).toEqual(
    Object.fromEntries([0, 5, 9].map((ago) => [NOON - ago * 60, 1])),
  )
  const keys = await redis.keys('kairos:*')
  const lives = await Promise.all(keys.map((key) => redis.pttl(key)))
  expect(Math.min(...lives)).toBeGreaterThan(0)
  expect(Math.max(...lives)).toBeLessThanOrEqual(11 * 60_000)
  expect(Number(await redis.zscore('__kairos:kairos:expiries', 'data'))).toBeLessThan(
    Date.now() + 12 * 60_000,
  )
})

test('a series that one name in each layout could have is not mistaken for the other', async () => {
  const names = ['data.a', '{data.a}', '{{data.a}}', '%7Bdata.a%7D', 'data', '{data}']
  const everything = rule('everything', {
    match: ['**'],
    intervals: [{ name: 'minute', step: 60, steps: 15 }],
  })
  const kairos: Config = ['kairos', everything]
  const packed: Config = ['packed', everything]
  const inserts = names.flatMap((name, i) =>
    [0, 1, 2].map((ago) => ({ name, value: i + 1, timestamp: NOON - ago * 60 })),
  )
  await fill(redis, packed, inserts)
  for (const config of [kairos, packed, kairos]) {
    expect(await migration(redis, config).run()).toBe(names.length)
    for (const [i, name] of names.entries())
      expect(await held(redis, config, name, 'minute'), name).toEqual(
        Object.fromEntries([0, 1, 2].map((ago) => [NOON - ago * 60, i + 1])),
      )
  }
})

test('data of the Python library, with no configuration remembered, are moved to layout packed', async () => {
  await redis.set(`kairos:data:minute:${NOON / 60}`, 3)
  await redis.set(`kairos:data:minute:${NOON / 60 - 1}`, '2.5')
  const after: Config = ['packed', typed('count', [minute])]
  expect(await migration(redis, after).run()).toBe(1)
  expect(await held(redis, after, 'data', 'minute')).toEqual({ [NOON]: 3, [NOON - 60]: 2.5 })
})
