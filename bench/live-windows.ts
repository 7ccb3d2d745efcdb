// A thousand windows, each of another series and watched by one: what they cost the server and Redis, and how late they are, while
// every series is written once a second; against as many channels of PUBLISH, each forwarded to one by a `ws` server.
import { type Carrier, carriers, carrierTitles, watchChart, writeCharts } from './support/charts.ts'
import { fill, openStore } from './support/live-data.ts'
import { atPace } from './support/pace.ts'
import { startServer } from './support/server-process.ts'
import { openAll, type Subscriber } from './support/subscriber.ts'
import { shown, Track } from './support/track.ts'
import { redisCpu, withRedis } from './support/with-redis.ts'

const WINDOWS = 1000
/** Each of a tenth of the series, so that each series is written once a second. */
const BATCHES_A_SECOND = 10
/** Of one round, and of warming up before it. */
const SECONDS = 5
const WARMING = 2
const ROUNDS = 2

interface Outcome {
  readonly latencies: readonly number[]
  /** in seconds of processor time */
  readonly server: number
  readonly redis: number
}

await withRedis(async (redis, url) => {
  const store = await openStore(redis, url)
  const names = Array.from({ length: WINDOWS }, (_, i) => `chart.${i}`)

  const measure = async (carrier: Carrier): Promise<Outcome> => {
    await fill(store, names)
    const server = await startServer('live-server', carrier, url)
    const open: Subscriber[] = []
    const series = names.map((name) => ({ name, track: new Track() }))
    const writeFor = async (seconds: number) => {
      await atPace(BATCHES_A_SECOND, seconds, async (batch) => {
        const some = series.filter((_, i) => i % BATCHES_A_SECOND === batch % BATCHES_A_SECOND)
        const values = some.map(({ name, track }) => ({ name, value: track.next() }))
        await writeCharts(carrier, { store, redis }, values)
      })
      for (const { track } of series) await track.seen()
    }
    try {
      await openAll(WINDOWS, async (index) => {
        const { name, track } = series[index] ?? { name: '', track: new Track() }
        open.push(await watchChart(carrier, server.url, name, track.watch()))
      })
      await writeFor(WARMING)
      for (const { track } of series) track.begin()
      const before = { server: await server.cpu(), redis: await redisCpu(redis) }
      await writeFor(SECONDS)
      return {
        latencies: series.flatMap(({ track }) => track.latencies),
        server: (await server.cpu()) - before.server,
        redis: (await redisCpu(redis)) - before.redis,
      }
    } finally {
      for (const subscriber of open) subscriber.close()
      await server.stop()
    }
  }

  const outcomes: Record<Carrier, Outcome[]> = { kairos: [], forward: [] }
  for (let round = 0; round < ROUNDS; round += 1)
    for (const carrier of carriers) outcomes[carrier].push(await measure(carrier))
  const latenciesOf = (carrier: Carrier) => outcomes[carrier].flatMap(({ latencies }) => latencies)
  const percent = (carrier: Carrier, what: 'server' | 'redis') => {
    const seconds = outcomes[carrier].reduce((sum, outcome) => sum + outcome[what], 0)
    return `${((seconds / ROUNDS / SECONDS) * 100).toFixed(0)} %`.padStart(6)
  }
  console.log(
    `\n${WINDOWS} windows of a series and a subscriber each, ${WINDOWS} inserts a second, ${ROUNDS} rounds of ${SECONDS} s; of one processor`,
  )
  for (const carrier of [...carriers].reverse()) {
    const others = carrier === 'kairos' ? latenciesOf('forward') : undefined
    console.log(
      `  ${carrierTitles[carrier].padEnd(14)}server${percent(carrier, 'server')}  Redis${percent(carrier, 'redis')}  ${shown(latenciesOf(carrier), others)}`,
    )
  }
})
