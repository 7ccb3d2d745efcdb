import type { Redis } from 'ioredis'
import { beforeAll, describe, expect, test } from 'vitest'
import { type DefinitionOptions, Migration } from '../../src/kairos/index.ts'
import { type Config, fill, held, leftovers, migration, NOON, open, someInserts } from '../support/moved.ts'
import { useRedis } from '../support/redis-client.ts'
import { everything, PREFIX, rule, storeOf } from '../support/stores.ts'

const on = useRedis()
let redis: Redis
beforeAll(() => {
  redis = on.redis
})

const minute = { name: 'minute', step: 60 }
const config = (options: Partial<DefinitionOptions> = {}, layout: Config[0] = 'packed'): Config => [
  layout,
  rule('data', { type: 'histogram', values: 'float', ...options }),
]

type Case = readonly [what: string, from: Config, to: Config, reason: string]

const CASES: readonly Case[] = [
  ['another type', config(), config({ type: 'series' }), 'a histogram cannot become a series'],
  ['floats as integers', config(), config({ values: 'integer' }), 'float values cannot become integer'],
  ['numbers as texts', config(), config({ values: 'string' }), 'float values cannot become string'],
  [
    'rounded values rounded otherwise',
    config({ quantize: 5 }),
    config({ quantize: 10 }),
    'what was rounded to multiples of 5 cannot be rounded to those of 10',
  ],
  [
    'a finer step',
    config(),
    config({ intervals: [{ ...minute, step: 10 }] }),
    'interval minute: buckets of 60s do not make up those of 10s',
  ],
  [
    'a finer resolution',
    config(),
    config({ intervals: [{ ...minute, resolution: 10 }] }),
    'interval minute: buckets of 60s do not make up those of 10s',
  ],
  [
    'steps that old ones straddle',
    config(),
    config({ intervals: [{ ...minute, step: 90 }] }),
    'interval minute: buckets of 60s do not make up those of 90s',
  ],
  [
    'days of another zone',
    config({ intervals: [{ name: 'day', step: 'daily', timeZone: 'Europe/Berlin' }] }),
    config({ intervals: [{ name: 'day', step: 'daily' }] }),
    'interval day: buckets of daily Europe/Berlin do not make up those of daily UTC',
  ],
  [
    'a removed interval',
    config({ intervals: [minute, { name: 'hour', step: '1h' }] }),
    config(),
    'interval hour is gone',
  ],
  [
    'a removed interval, of which there are two that might have been renamed',
    config(),
    config({
      intervals: [
        { name: 'a', step: 60 },
        { name: 'b', step: 60 },
      ],
    }),
    'interval minute is gone',
  ],
]

describe('what cannot be moved exactly', () => {
  const inserts = Array.from({ length: 50 }, (_, i) => ({
    name: 'data',
    value: (i % 7) * 5,
    timestamp: NOON - i * 200,
  }))

  test.each(CASES)('is named, and nothing is touched: %s', async (_, from, to, reason) => {
    await fill(redis, from, inserts)
    const before = await everything(redis)
    const { lines, lossy } = await migration(redis, to).report()
    expect(lines).toContain(`  cannot be moved: ${reason}`)
    expect(lossy).toBe(true)
    await expect(migration(redis, to).run()).rejects.toThrow('Not everything can be moved')
    expect(await everything(redis)).toEqual(before)
  })

  test.each(CASES)('is deleted where that is wanted, and a server can start: %s', async (_, from, to) => {
    await fill(redis, from, inserts)
    expect(await migration(redis, to).run({ discard: true })).toBe(1)
    const store = open(redis, to)
    await store.open()
    store.close()
    // What is left of it is listed, and nothing else.
    expect(await store.names(10)).toEqual((await store.extents(['data'])).get('data')?.size ? ['data'] : [])
    expect(await leftovers(redis)).toEqual([])
  })
})

test('where something is discarded, all the rest is moved', async () => {
  const intervals = [minute, { name: 'hour', step: '1h' }, { name: 'day', step: '1d' }]
  const [from, to] = [
    config({ intervals }),
    config({ intervals: [minute, { name: 'day', step: '1d' }] }, 'kairos'),
  ]
  const other = rule('other', { type: 'set' })
  const [before, after]: [Config, Config] = [
    [...from, other],
    [...to, other],
  ]
  await fill(redis, before, [
    ...Array.from({ length: 50 }, (_, i) => ({ name: 'data', value: i, timestamp: NOON - i * 1000 })),
    ...someInserts('other', 'set', 5000),
  ])
  const old = await Promise.all([held(redis, before, 'data', 'minute'), held(redis, before, 'data', 'day')])
  const oldOther = await held(redis, before, 'other', 'minute')
  expect(await migration(redis, after).run({ discard: true })).toBe(2)
  expect(
    await Promise.all([held(redis, after, 'data', 'minute'), held(redis, after, 'data', 'day')]),
  ).toEqual(old)
  expect(await held(redis, after, 'other', 'minute')).toEqual(oldOther)
  expect(await redis.keys('*:hour*')).toEqual([])
})

test('a report changes nothing in Redis', async () => {
  await redis.set('kairos:data:minute:123', 5)
  const before = await everything(redis)
  const { lines } = await migration(redis, ['packed', rule('data')]).report()
  expect(lines).toEqual(['data: layout kairos → packed', '  interval minute can be moved'])
  expect(await everything(redis)).toEqual(before)
})

test('nothing is moved where all fits, and the configuration is remembered', async () => {
  const before: Config = ['packed', rule('data')]
  const after: Config = ['packed', rule('other'), rule('data', { unit: 'ms' })]
  await fill(redis, before, [{ name: 'data', value: 1 }])
  expect(await migration(redis, after).report()).toEqual({ lines: [], lossy: false, underWay: undefined })
  expect(await migration(redis, after).run()).toBe(0)
  expect(await redis.get('__kairos:kairos:configuration')).toContain('other')
  expect(await leftovers(redis)).toEqual([])
})

test('data that cannot be read as their rule says are named, and all stays as it was', async () => {
  await redis.rpush('kairos:data:minute:123', 'not a number')
  const to: Config = ['packed', rule('data', { type: 'series', values: 'float' })]
  const before = await everything(redis)
  await expect(migration(redis, to).run()).rejects.toThrow(
    '"data" cannot be moved: a stored number cannot be read.',
  )
  expect(await everything(redis)).toEqual(before)
  await redis.del('kairos:data:minute:123')
  await redis.set('kairos:data:minute:123', 'a text')
  await expect(migration(redis, to).run()).rejects.toThrow(
    '"data" cannot be moved: a Redis key of this series',
  )
})

test('keys that expire while they are moved are no fault', async () => {
  const [brief, longer] = [
    rule('data', { intervals: [{ name: 'second', step: 1, steps: 1 }] }),
    rule('data', { intervals: [{ name: 'second', step: 1, steps: 2 }] }),
  ]
  const names = Array.from({ length: 30 }, (_, i) => `data.${i}`)
  // Every second some run meets the moment at which they go.
  for (const until = Date.now() + 3000; Date.now() < until; ) {
    await redis.flushall()
    const store = storeOf(redis, [brief], { layout: 'kairos' })
    await store.open()
    store.close()
    await store.insertMany(names.map((name) => ({ name, value: 1 })))
    await new Migration(redis, { prefix: PREFIX, layout: 'packed', definitions: [longer] }).run()
    expect(await leftovers(redis)).toEqual([])
  }
})
