import type { Redis } from 'ioredis'
import { beforeAll, expect, test } from 'vitest'
import { type Config, fill, folded, held, leftovers, migration, NOON, typed } from '../support/moved.ts'
import { useRedis } from '../support/redis-client.ts'

const on = useRedis()
let redis: Redis
beforeAll(() => {
  redis = on.redis
})

const minute = { name: 'minute', step: 60 }
const config = (layout: Config[0], type: Parameters<typeof typed>[0], interval: typeof minute): Config => [
  layout,
  typed(type, [interval]),
]

test('tens of thousands of buckets move from layout to layout, and into one', async () => {
  const [packed, kairos] = [config('packed', 'count', minute), config('kairos', 'count', minute)]
  const inserts = Array.from({ length: 12_000 }, (_, i) => ({
    name: 'data',
    value: i,
    timestamp: NOON - i * 60,
  }))
  await fill(redis, packed, inserts)
  const old = await held(redis, packed, 'data', 'minute')
  await migration(redis, kairos).run()
  expect(await held(redis, kairos, 'data', 'minute')).toEqual(old)
  const daily = config('packed', 'count', { name: 'minute', step: 86_400 })
  await migration(redis, daily).run()
  expect(await held(redis, daily, 'data', 'minute')).toEqual(
    folded('count', old, (start) => Math.floor(start / 86_400) * 86_400),
  )
})

test.each(['histogram', 'set', 'series'] as const)(
  'a %s with more values than a chunk takes moves whole',
  async (type) => {
    const [packed, kairos] = [config('packed', type, minute), config('kairos', type, minute)]
    const inserts = [0, 60, 61, 120, 3000].flatMap((ago) =>
      Array.from({ length: 1300 }, (_, i) => ({
        name: 'data',
        value: `value ${i % 1100}`,
        timestamp: NOON - ago,
      })),
    )
    await fill(redis, packed, inserts)
    const old = await held(redis, packed, 'data', 'minute')
    for (const next of [kairos, packed]) {
      await migration(redis, next).run()
      expect(await held(redis, next, 'data', 'minute')).toEqual(old)
      expect(await leftovers(redis)).toEqual([])
    }
    const hourly = config('packed', type, { name: 'minute', step: 3600 })
    await migration(redis, hourly).run()
    expect(await held(redis, hourly, 'data', 'minute')).toEqual(
      folded(type, old, (start) => Math.floor(start / 3600) * 3600),
    )
  },
)

test('one bucket of very many values moves in calls that Redis can take', async () => {
  const [packed, kairos] = [config('packed', 'series', minute), config('kairos', 'series', minute)]
  await fill(redis, kairos, [{ name: 'data', value: 'first', timestamp: NOON }])
  const key = `kairos:data:minute:${NOON / 60}`
  const page = Array.from({ length: 10_000 }, (_, i) => `value ${i}`)
  for (let times = 0; times < 10; times += 1) await redis.rpush(key, ...page)
  await migration(redis, packed).run()
  const [values] = Object.values(await held(redis, packed, 'data', 'minute'))
  expect(values).toEqual(['first', ...Array.from({ length: 10 }, () => page).flat()])
})
