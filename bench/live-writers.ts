// What live windows cost those who write: coalesced batches of the engine while nothing, some and many windows are open, beside
// what the notifications themselves cost, which a bare connection hears and does nothing about.
import type { Redis } from 'ioredis'
import { chart, openStore } from './support/live-data.ts'
import { type ServerProcess, startServer } from './support/server-process.ts'
import { greet, openAll, type Subscriber, subscribe } from './support/subscriber.ts'
import { redisCpu, withRedis } from './support/with-redis.ts'

const VALUES = 1000
const SERIES = 100
/** Of one round, and of warming up before it. */
const SECONDS = 1
const WARMING = 0.3
const ROUNDS = 3

interface Case {
  readonly title: string
  /** the server that listens, and its arguments; absent: none */
  readonly listen?: (redis: Redis) => Promise<readonly string[]>
  /** what is watched */
  readonly watch?: readonly string[]
}

const written = Array.from({ length: SERIES }, (_, i) => `requests.${i}`)
const elsewhere = (count: number) => Array.from({ length: count }, (_, i) => `chart.${i}`)
const channel = (key: string) => `__keyspace@0__:${key}`

/** The second switches notifications on, as Kairos does it, and they stay on. */
const cases: readonly Case[] = [
  { title: 'no notifications' },
  { title: 'kairos, 10 windows of other series', watch: elsewhere(10) },
  { title: 'kairos, 1000 windows of other series', watch: elsewhere(1000) },
  { title: `kairos, a window of each series written`, watch: written },
  { title: 'notifications that nobody hears' },
  {
    title: 'SUBSCRIBE of 1000 other keys',
    listen: async () => elsewhere(1000).map((name) => channel(`bench:${name}`)),
  },
  {
    title: 'SUBSCRIBE of the keys written',
    listen: async (redis) => (await redis.keys('bench:*')).map(channel),
  },
  { title: 'PSUBSCRIBE of every key', listen: async () => [channel('bench:*')] },
]

interface Outcome {
  /** in a second */
  readonly values: number
  /** microseconds of Redis's processor time for each */
  readonly redis: number
}

await withRedis(async (redis, url) => {
  const store = await openStore(redis, url)
  const inserts = Array.from({ length: VALUES }, (_, i) => ({ name: `requests.${i % SERIES}`, value: 1 }))

  const writeFor = async (seconds: number): Promise<Outcome> => {
    const [begun, cpu] = [performance.now(), await redisCpu(redis)]
    let values = 0
    for (; performance.now() < begun + seconds * 1000; values += VALUES) await store.insertMany(inserts)
    const milliseconds = performance.now() - begun
    return {
      values: (values * 1000) / milliseconds,
      redis: (((await redisCpu(redis)) - cpu) * 1e6) / values,
    }
  }

  const measure = async ({ listen, watch }: Case): Promise<Outcome> => {
    let server: ServerProcess | undefined
    const open: Subscriber[] = []
    try {
      if (listen) server = await startServer('live-server', 'listen', url, ...(await listen(redis)))
      else if (watch) {
        const kairos = await startServer('live-server', 'kairos', url)
        server = kairos
        await openAll(watch.length, async (index) => {
          const subscriber = await greet(kairos.url)
          open.push(subscriber)
          subscribe(subscriber, chart, { name: watch[index], maxRate: 10 })
          await subscriber.next()
        })
      }
      await writeFor(WARMING)
      return await writeFor(SECONDS)
    } finally {
      for (const subscriber of open) subscriber.close()
      await server?.stop()
    }
  }

  await writeFor(WARMING)
  const outcomes = cases.map((): Outcome[] => [])
  for (let round = 0; round < ROUNDS; round += 1) {
    await redis.config('SET', 'notify-keyspace-events', '')
    for (const [i, each] of cases.entries()) outcomes[i]?.push(await measure(each))
  }
  // What else runs on the machine makes a round slower and never faster.
  const fastest = outcomes.map((rounds) => Math.max(...rounds.map(({ values }) => values)))
  const lightest = outcomes.map((rounds) => Math.min(...rounds.map(({ redis }) => redis)))
  console.log(
    `\nBatches of ${VALUES} values over ${SERIES} series in 3 intervals, the best of ${ROUNDS} rounds of ${SECONDS} s`,
  )
  for (const [i, { title }] of cases.entries()) {
    const rate = fastest[i] ?? Number.NaN
    const values = Math.round(rate).toLocaleString('en').padStart(8)
    const ratio = (rate / (fastest[0] ?? Number.NaN)).toFixed(2)
    console.log(
      `  ${title.padEnd(42)}${values} values/s  ×${ratio}  ${lightest[i]?.toFixed(2)} µs of Redis each`,
    )
  }
})
