// What a delivery costs the server: many WebSocket subscribers of one chart that changes ten times a second, against raw `ws`
// which sends the same frame to all, and against yoga with graphql-ws and its pubsub as documented.
import { chart, fill, openStore } from './support/live-data.ts'
import { hasRoomFor } from './support/open-files.ts'
import { oneByOne, until, untilReached } from './support/pace.ts'
import { startServer } from './support/server-process.ts'
import { greet, openAll, Subscriber, subscribe } from './support/subscriber.ts'
import { withRedis } from './support/with-redis.ts'

const SUBSCRIBERS = [1000, 5000]
const UPDATES_A_SECOND = 10
/** Of one round, and of warming up before it. */
const SECONDS = 3
const WARMING = 1
const ROUNDS = 2

const kinds = ['kairos', 'broadcast', 'yoga'] as const
type Kind = (typeof kinds)[number]
const titles: Record<Kind, string> = {
  kairos: 'kairos',
  broadcast: 'ws, one string to all',
  yoga: 'yoga, graphql-ws, pubsub',
}

interface Outcome {
  readonly deliveries: number
  /** seconds of the server's processor time */
  readonly cpu: number
  /** that reached everyone: fewer than asked for where the server needs longer for one */
  readonly updates: number
  readonly seconds: number
}

await withRedis(async (redis, url) => {
  const store = await openStore(redis, url)
  let value = 0
  /** a DELTA as Kairos sends it */
  let recorded = ''

  const measure = async (kind: Kind, count: number): Promise<Outcome> => {
    await fill(store, ['chart.0'])
    const server = await startServer('live-server', kind, url)
    const subscribers: Subscriber[] = []
    let deliveries = 0
    const open = async (index: number) => {
      const hear = (frame: Buffer) => {
        deliveries += 1
        if (kind === 'kairos' && index === 0) recorded = frame.toString()
      }
      const subscriber = await (kind === 'broadcast' ? Subscriber.open(server.url) : greet(server.url))
      subscribers.push(subscriber)
      subscriber.hear(hear)
      if (kind !== 'broadcast') subscribe(subscriber, chart, { name: 'chart.0' })
    }
    const update = async () => {
      value += 1
      if (kind === 'kairos') await store.insert({ name: 'chart.0', value })
      else server.publish(recorded)
    }
    const updateAll = async () => {
      const all = deliveries + count
      await update()
      await until('an update reaches everyone', () => deliveries >= all)
    }
    const updateFor = async (seconds: number): Promise<Outcome> => {
      const [cpu, delivered, begun] = [await server.cpu(), deliveries, performance.now()]
      const updates = await oneByOne(UPDATES_A_SECOND, seconds, updateAll)
      return {
        updates,
        seconds: (performance.now() - begun) / 1000,
        deliveries: deliveries - delivered,
        cpu: (await server.cpu()) - cpu,
      }
    }
    try {
      await openAll(count, open)
      await untilReached(count, () => deliveries, update)
      await updateFor(WARMING)
      return await updateFor(SECONDS)
    } finally {
      for (const subscriber of subscribers) subscriber.close()
      await server.stop()
    }
  }

  for (const count of SUBSCRIBERS) {
    if (!hasRoomFor(count)) {
      console.log(`\n${count} subscribers: left out, since a process may not open so many files here.`)
      continue
    }
    const outcomes = new Map(kinds.map((kind): [Kind, Outcome[]] => [kind, []]))
    for (let round = 0; round < ROUNDS; round += 1)
      for (const kind of kinds) outcomes.get(kind)?.push(await measure(kind, count))
    const total = (kind: Kind, what: keyof Outcome) =>
      (outcomes.get(kind) ?? []).reduce((sum, outcome) => sum + outcome[what], 0)
    const rate = (kind: Kind) => total(kind, 'deliveries') / total(kind, 'cpu')
    console.log(
      `\n${count} subscribers of one window, ${UPDATES_A_SECOND} updates a second, ${recorded.length} bytes each, ${ROUNDS} rounds of ${SECONDS} s`,
    )
    for (const kind of kinds) {
      const ratio = kind === 'kairos' ? '' : `  kairos ×${(rate('kairos') / rate(kind)).toFixed(2)}`
      const deliveries = Math.round(rate(kind)).toLocaleString('en').padStart(9)
      const updates = (total(kind, 'updates') / total(kind, 'seconds')).toFixed(1).padStart(5)
      console.log(
        `  ${titles[kind].padEnd(26)}${deliveries} deliveries a CPU-second,${updates} updates/s${ratio}`,
      )
    }
  }
})
