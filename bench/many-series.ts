// What 1, 10 and 100 thousand series cost in three intervals of a server: memory, and how fast a value for each is written.
import { Store } from '../src/kairos/index.ts'
import { withRedis } from './support/with-redis.ts'

const BATCH = 1000
const limits = { maxBuckets: 20_000, maxValues: 1_000_000, maxInserts: 10_000, maxValueLength: 1024 }
const intervals = [
  { name: 'minute', step: 60, steps: 1440 },
  { name: 'hour', step: '1h', steps: 720 },
  { name: 'day', step: 'daily', steps: 365 },
]

await withRedis(async (redis) => {
  const usedMemory = async () => Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1])
  console.log('\nOne value for each of many counts, in three intervals')
  for (const layout of ['kairos', 'packed'] as const) {
    for (const thousands of [1, 10, 100]) {
      await redis.flushall('SYNC')
      const definitions = [
        { name: 'all', match: ['**'], type: 'count' as const, values: 'integer' as const, intervals },
      ]
      const store = new Store(redis, { prefix: 'kairos', layout, definitions, limits })
      await store.open()
      const round = async () => {
        const start = performance.now()
        for (let batch = 0; batch < thousands; batch += 1) {
          await store.insertMany(
            Array.from({ length: BATCH }, (_, i) => ({
              name: `requests.host-${batch * BATCH + i}`,
              value: 1,
            })),
          )
        }
        return (thousands * BATCH) / (performance.now() - start)
      }
      const before = await usedMemory()
      const first = await round()
      const bytes = (await usedMemory()) - before
      const again = await round()
      store.close()
      console.log(
        `  ${layout}, ${String(thousands).padStart(3)} thousand series ${(bytes / thousands / BATCH).toFixed(0).padStart(6)} bytes each, ` +
          `${Math.round(first).toString().padStart(5)} values a millisecond the first time, ${Math.round(again).toString().padStart(5)} then`,
      )
    }
  }
})
