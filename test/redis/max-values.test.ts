import { describe, expect, test } from 'vitest'
import { type SeriesType, type Store, TooManyValues } from '../../src/kairos/index.ts'
import { useRedis } from '../support/redis-client.ts'
import { LAYOUTS, rule, storeOf } from '../support/stores.ts'

const using = useRedis()
const NOON = 1_795_435_200
const TYPES: readonly SeriesType[] = ['series', 'histogram', 'set', 'count', 'gauge']
const cases = LAYOUTS.flatMap((layout) => TYPES.map((type) => ({ layout, type })))

const minutes = (store: Store, name: string, counts: readonly number[]) =>
  store.insertMany(
    counts.flatMap((n, minute) =>
      Array.from({ length: n }, (_, i) => ({
        name,
        value: name.startsWith('count') ? 1 : `v${i}`,
        timestamp: NOON + 60 * minute,
      })),
    ),
  )

const stores = {
  plain: [{ name: 'minute', step: 60 }],
  divided: [{ name: 'minute', step: 3600, resolution: 60 }],
  cut: [{ name: 'minute', step: 7200, resolution: 60 }],
}

describe.each(cases)('a $type in layout $layout', ({ layout, type }) => {
  test.each(Object.entries(stores))(
    'loads as many values as it may, and not one more: %s',
    async (_, intervals) => {
      const store = storeOf(using.redis, [rule(type, { type, intervals })], { layout })
      await minutes(store, type, [3, 0, 2, 1])
      const held = type === 'count' || type === 'gauge' ? 3 : 6
      const plan = store.plan(type, 'minute', { start: NOON, end: NOON + 200 })
      expect(await plan.read(held)).toMatchObject({ values: held })
      await expect(plan.read(held - 1)).rejects.toBeInstanceOf(TooManyValues)
      await expect(plan.read(0)).rejects.toMatchObject({ code: 'RANGE_TOO_LARGE' })
    },
  )

  test('loads of joined series the values of all of them, though their buckets are kept for different times', async () => {
    const long = [{ name: 'minute', step: 60, steps: 10_000 }]
    const rules = [
      rule(type, { type }),
      rule(`${type}2`, { type, values: rule(type, { type }).values, intervals: long }),
    ]
    const store = storeOf(using.redis, rules, { layout, clock: () => NOON })
    await minutes(store, type, [2, 2])
    await minutes(store, `${type}2`, [2])
    const held = type === 'count' || type === 'gauge' ? 3 : 6
    const plan = store.plan([type, `${type}2`], 'minute', { start: NOON, end: NOON + 60 })
    expect(await plan.read(held)).toMatchObject({ values: held })
    await expect(plan.read(held - 1)).rejects.toBeInstanceOf(TooManyValues)
  })
})

describe.each(LAYOUTS)('in layout %s', (layout) => {
  test('a bucket of more values than a chunk holds is not loaded to find that out', async () => {
    const { redis } = using
    const store = storeOf(redis, [rule('log', { type: 'series' })], { layout })
    await minutes(store, 'log', [100_000])
    await redis.config('RESETSTAT')
    await expect(store.plan('log', 'minute', { start: NOON, end: NOON }).read(50_000)).rejects.toBeInstanceOf(
      TooManyValues,
    )
    const sent = Number(/total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))?.[1])
    expect(sent).toBeLessThan(20_000)
    expect((await store.extents(['log'])).get('log')).toEqual(
      new Map([['minute', { first: NOON, last: NOON }]]),
    )
  })

  test('what shares a chunk with what is asked does not count', async () => {
    const store = storeOf(using.redis, [rule('log', { type: 'series' })], { layout })
    await minutes(store, 'log', [200, 3, 200])
    const plan = store.plan('log', 'minute', { start: NOON + 60, end: NOON + 60 })
    expect(await plan.read(3)).toMatchObject({ values: 3 })
  })

  test('a read within the limit is told how many values there are, whatever they were folded to', async () => {
    const store = storeOf(using.redis, [rule('log', { type: 'series' })], { layout })
    await minutes(store, 'log', [2, 3, 4])
    const query = { start: NOON, end: NOON + 120 }
    for (const fold of [{ collapsed: true }, { maxPoints: 1 }])
      expect(await store.query('log', 'minute', { ...query, ...fold })).toMatchObject({ values: 9 })
  })
})
