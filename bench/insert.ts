// A thousand count values over 100 series in 3 intervals: one `insertMany` against an ioredis pipeline of the plain
// commands that do the same, and how much of Redis's own processor time an insert takes.
import { type LayoutName, Timeseries } from '../src/index.ts'
import { type Case, compare } from './support/compare.ts'
import { redisCpu, withRedis } from './support/with-redis.ts'

const VALUES = 1000
const SERIES = 100
const ROUNDS = 100
const steps = { minute: 60, hour: 3600, day: 86_400 }
const intervals = {
  minute: { step: steps.minute, steps: 1440 },
  hour: { step: steps.hour, steps: 720 },
  day: { step: steps.day, steps: 365 },
}

await withRedis(async (redis) => {
  const inserts = Array.from({ length: VALUES }, (_, i) => ({
    name: `requests.host-${i % SERIES}`,
    value: 1 + (i % 7),
  }))

  const plain = (withExpiry: boolean): Case => ({
    name: withExpiry ? 'pipeline of INCRBY and EXPIRE' : 'pipeline of INCRBY alone',
    amount: VALUES,
    run: async () => {
      const pipeline = redis.pipeline()
      const now = Date.now() / 1000
      for (const { name, value } of inserts) {
        for (const [interval, step] of Object.entries(steps)) {
          const key = `plain:${name}:${interval}:${Math.floor(now / step)}`
          pipeline.incrby(key, value)
          if (withExpiry) pipeline.expire(key, step * 1440)
        }
      }
      await pipeline.exec()
    },
  })
  const ours = (layout: LayoutName): Case => {
    const timeseries = new Timeseries(redis, { type: 'count', prefix: layout, layout, intervals })
    return { name: `insertMany, layout ${layout}`, amount: VALUES, run: () => timeseries.insertMany(inserts) }
  }

  const cases = [plain(true), plain(false), ours('packed'), ours('kairos')] as const
  await compare(`${VALUES} count values over ${SERIES} series in 3 intervals a batch`, [...cases], ROUNDS)

  console.log("\nRedis's own processor time an insert")
  for (const { name, amount, run } of cases) {
    const before = await redisCpu(redis)
    for (let i = 0; i < ROUNDS; i += 1) await run()
    const seconds = (await redisCpu(redis)) - before
    console.log(`  ${name.padEnd(44)} ${((seconds / ROUNDS / amount) * 1e6).toFixed(2)} µs`)
  }
})
