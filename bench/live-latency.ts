// How long a value takes from the call that inserts it, in another process, to the screens that show it: against a bare PUBLISH
// of a frame, which a `ws` server forwards to as many.
import { type Carrier, carriers, carrierTitles, watchChart, writeCharts } from './support/charts.ts'
import { fill, openStore } from './support/live-data.ts'
import { atPace } from './support/pace.ts'
import { startServer } from './support/server-process.ts'
import { openAll, type Subscriber } from './support/subscriber.ts'
import { shown, Track } from './support/track.ts'
import { withRedis } from './support/with-redis.ts'

/** Of one round, and of warming up before it. */
const SECONDS = 5
const WARMING = 1
const ROUNDS = 2

interface Situation {
  readonly title: string
  readonly subscribers: number
  readonly updatesASecond: number
  /** whether others write, too */
  readonly busy: boolean
}

const situations: readonly Situation[] = [
  { title: 'idle: 1 subscriber, 5 inserts a second', subscribers: 1, updatesASecond: 5, busy: false },
  {
    title: 'under load: 1000 subscribers, 10 inserts a second, and 10,000 to other series',
    subscribers: 1000,
    updatesASecond: 10,
    busy: true,
  },
]

await withRedis(async (redis, url) => {
  const store = await openStore(redis, url)
  const name = 'chart.0'

  const measure = async (carrier: Carrier, { subscribers, updatesASecond, busy }: Situation) => {
    await fill(store, [name])
    const server = await startServer('live-server', carrier, url)
    const others = busy ? await startServer('live-server', 'write', url) : undefined
    const open: Subscriber[] = []
    const track = new Track()
    const insertFor = async (seconds: number) => {
      await atPace(updatesASecond, seconds, () =>
        writeCharts(carrier, { store, redis }, [{ name, value: track.next() }]),
      )
      await track.seen()
    }
    try {
      await openAll(subscribers, async () => {
        open.push(await watchChart(carrier, server.url, name, track.watch()))
      })
      await insertFor(WARMING)
      track.begin()
      await insertFor(SECONDS)
      return track.latencies
    } finally {
      for (const subscriber of open) subscriber.close()
      await others?.stop()
      await server.stop()
    }
  }

  for (const situation of situations) {
    const latencies: Record<Carrier, number[]> = { kairos: [], forward: [] }
    for (let round = 0; round < ROUNDS; round += 1)
      for (const carrier of carriers)
        latencies[carrier] = latencies[carrier].concat(await measure(carrier, situation))
    console.log(`\nInsert to screen, ${situation.title}, ${ROUNDS} rounds of ${SECONDS} s`)
    console.log(`  ${carrierTitles.forward.padEnd(14)}${shown(latencies.forward)}`)
    console.log(`  ${carrierTitles.kairos.padEnd(14)}${shown(latencies.kairos, latencies.forward)}`)
  }
})
