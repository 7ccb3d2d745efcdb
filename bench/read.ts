// A day of minutes of a count, 1,440 buckets, read by the library against one MGET of 1,440 keys.
import { type LayoutName, Timeseries } from '../src/index.ts'
import { type Case, compare } from './support/compare.ts'
import { withRedis } from './support/with-redis.ts'

const BUCKETS = 1440
const ROUNDS = 300
const start = 1_795_435_200

await withRedis(async (redis) => {
  const keys = Array.from({ length: BUCKETS }, (_, i) => `plain:requests:minute:${start / 60 + i}`)
  const values = Array.from({ length: BUCKETS }, (_, i) => 1000 + ((i * 37) % 5000))
  await redis.mset(Object.fromEntries(keys.map((key, i) => [key, values[i] ?? 0])))

  const plain: Case = {
    name: 'MGET, and Number of each',
    amount: BUCKETS,
    run: async () => (await redis.mget(keys)).map(Number),
  }
  const ours = async (layout: LayoutName): Promise<Case> => {
    const timeseries = new Timeseries(redis, {
      type: 'count',
      prefix: layout,
      layout,
      intervals: { minute: { step: 60 } },
    })
    await timeseries.insertMany(
      values.map((value, i) => ({ name: 'requests', value, timestamp: start + i * 60 })),
    )
    return {
      name: `series, layout ${layout}`,
      amount: BUCKETS,
      run: () => timeseries.series('requests', 'minute', { start, steps: BUCKETS }),
    }
  }
  await compare(`${BUCKETS} buckets of a count`, [plain, await ours('packed'), await ours('kairos')], ROUNDS)
})
