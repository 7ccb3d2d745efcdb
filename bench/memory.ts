// Bytes of Redis's memory a bucket, by type and layout, over 100,000 neighbouring buckets of one series.
import type { Redis } from 'ioredis'
import { type LayoutName, type SeriesType, Timeseries } from '../src/index.ts'
import { withRedis } from './support/with-redis.ts'

const BUCKETS = 100_000
const BATCH = 2000
const start = 1_795_435_200

/** A bucket's values. */
type Values = (bucket: number) => (string | number)[]

const noise = (n: number) => (Math.imul(n, 2654435761) >>> 0) / 2 ** 32
const cases: readonly (readonly [title: string, type: SeriesType, values: Values])[] = [
  ['count, up to 5,000', 'count', (i) => [1 + Math.floor(noise(i) * 5000)]],
  ['gauge, integers up to 5,000', 'gauge', (i) => [Math.floor(noise(i) * 5000)]],
  ['gauge, two decimals', 'gauge', (i) => [Number((20 + noise(i) * 10).toFixed(2))]],
  [
    'series, 3 values of two decimals',
    'series',
    (i) => [0, 1, 2].map((n) => Number((noise(i * 3 + n) * 100).toFixed(2))),
  ],
  [
    'histogram, 8 values in steps of 5',
    'histogram',
    (i) => Array.from({ length: 8 }, (_, n) => Math.floor(noise(i * 8 + n) * 20) * 5),
  ],
  [
    'histogram, 60 values of 2,000',
    'histogram',
    (i) => Array.from({ length: 60 }, (_, n) => Math.floor(noise(i * 60 + n) * 2000)),
  ],
  [
    'set, 4 names of 100',
    'set',
    (i) => [0, 1, 2, 3].map((n) => `user-${Math.floor(noise(i * 4 + n) * 100)}`),
  ],
]

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1])
}

async function bytesOfBucket(
  redis: Redis,
  layout: LayoutName,
  type: SeriesType,
  values: Values,
): Promise<number> {
  await redis.flushall('SYNC')
  // A day of minutes and more is kept: keys expire, which costs memory, too.
  const timeseries = new Timeseries(redis, {
    type,
    layout,
    prefix: 'kairos',
    intervals: { minute: { step: 60, steps: 200_000 } },
    clock: () => start + BUCKETS * 60,
  })
  const before = await usedMemory(redis)
  for (let from = 0; from < BUCKETS; from += BATCH) {
    const inserts = Array.from({ length: BATCH }, (_, i) => ({
      name: 'requests.host-1',
      value: values(from + i),
      timestamp: start + (from + i) * 60,
    }))
    await timeseries.insertMany(inserts)
  }
  return ((await usedMemory(redis)) - before) / BUCKETS
}

await withRedis(async (redis) => {
  // Scripts and their caches are not the data's.
  await bytesOfBucket(redis, 'packed', 'count', () => [1])
  await bytesOfBucket(redis, 'kairos', 'count', () => [1])
  console.log(`\nBytes a bucket, ${BUCKETS.toLocaleString('en')} buckets of one series`)
  for (const [title, type, values] of cases) {
    const kairos = await bytesOfBucket(redis, 'kairos', type, values)
    const packed = await bytesOfBucket(redis, 'packed', type, values)
    const numbers = `${kairos.toFixed(1).padStart(8)} kairos ${packed.toFixed(1).padStart(8)} packed`
    console.log(`  ${title.padEnd(36)}${numbers}  ÷${(kairos / packed).toFixed(1)}`)
  }
})
