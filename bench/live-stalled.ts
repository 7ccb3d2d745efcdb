// One subscriber of a thousand who reads nothing: how much later the others are told than while everyone reads.
import { watchChart } from './support/charts.ts'
import { chart, fill, openStore, valueIn } from './support/live-data.ts'
import { atPace, until } from './support/pace.ts'
import { startServer } from './support/server-process.ts'
import { greet, openAll, type Subscriber, subscribe } from './support/subscriber.ts'
import { shown, Track } from './support/track.ts'
import { withRedis } from './support/with-redis.ts'

const SUBSCRIBERS = 1000
const UPDATES_A_SECOND = 10
/** Of one round, and of warming up. */
const SECONDS = 4
const ROUNDS = 3

/** Answers of some megabytes, more of them than the system takes for a socket that is not read. */
const LONG = `{ series(name: "chart.0", interval: "hour", steps: 20000) {
  buckets { timestamp seconds empty count sum mean min max rate stddev value }
} }`
const ANSWERS = 5
/** How a frame of what is subscribed to begins. */
const OF_CHART = Buffer.from('{"id":"1",')

await withRedis(async (redis, url) => {
  const store = await openStore(redis, url)
  const name = 'chart.0'
  await fill(store, [name])
  const server = await startServer('live-server', 'kairos', url)
  const open: Subscriber[] = []
  const track = new Track()
  const insertFor = async (seconds: number) => {
    track.begin()
    await atPace(UPDATES_A_SECOND, seconds, () => store.insert({ name, value: track.next() }))
    await track.seen()
    return [...track.latencies]
  }
  try {
    await openAll(SUBSCRIBERS - 1, async () => {
      open.push(await watchChart('kairos', server.url, name, track.watch()))
    })
    const one = await greet(server.url)
    open.push(one)
    let frames = 0
    let newest = 0
    one.hear((frame) => {
      if (!frame.subarray(0, 10).equals(OF_CHART)) return // a long answer
      frames += 1
      newest = valueIn(frame) ?? newest
    })
    subscribe(one, chart, { name })

    await insertFor(SECONDS)
    const latencies: Record<'reading' | 'stalled', number[]> = { reading: [], stalled: [] }
    let told = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      latencies.reading.push(...(await insertFor(SECONDS)))
      one.pause()
      for (let i = 0; i < ANSWERS; i += 1) subscribe(one, LONG, {}, `long-${i}`)
      await askOverHttp(server.url)
      frames = 0
      latencies.stalled.push(...(await insertFor(SECONDS)))
      one.resume()
      await until('the stalled one catches up', () => newest === track.last)
      told += frames
    }
    console.log(
      `\n${SUBSCRIBERS} subscribers, ${UPDATES_A_SECOND} updates a second: ${SUBSCRIBERS - 1} of them, ${ROUNDS} rounds of ${SECONDS} s`,
    )
    console.log(`  all read       ${shown(latencies.reading)}`)
    console.log(`  one is stalled ${shown(latencies.stalled, latencies.reading)}`)
    const updates = ROUNDS * SECONDS * UPDATES_A_SECOND
    console.log(`  When it read again, it was told of ${updates} updates in ${told} frames.`)
  } finally {
    for (const subscriber of open) subscriber.close()
    await server.stop()
  }
})

/** Its answer comes after those to the same question that were asked before. */
async function askOverHttp(url: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query: LONG }),
  })
  if (!answer.ok) throw new Error(`the long question was not answered: ${await answer.text()}`)
  await answer.arrayBuffer()
}
