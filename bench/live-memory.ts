// Memory of a server for each subscriber that is told nothing at present, beyond what its socket takes: that of a server whose
// sockets have subscribed, less that of the same server while they had only said who they are.
import { chart, fill, frameOf, openStore } from './support/live-data.ts'
import { untilReached } from './support/pace.ts'
import { startServer } from './support/server-process.ts'
import { greet, openAll, type Subscriber, subscribe } from './support/subscriber.ts'
import { withRedis } from './support/with-redis.ts'

const SUBSCRIBERS = 2000
/** Who come and go before, since what the first ones bring about is nobody's. */
const EARLIER = 500

type Kind = 'kairos' | 'yoga'
const cases: readonly (readonly [title: string, kind: Kind, windows: number])[] = [
  ['kairos, all watch one window', 'kairos', 1],
  ['kairos, each watches its own', 'kairos', SUBSCRIBERS],
  ['yoga, graphql-ws, pubsub', 'yoga', 1],
]

await withRedis(async (redis, url) => {
  const store = await openStore(redis, url)
  const names = Array.from({ length: SUBSCRIBERS }, (_, i) => `chart.${i}`)
  await fill(store, names)
  let value = 0

  /** Bytes for each. */
  const measure = async (kind: Kind, windows: number) => {
    const server = await startServer('live-server', kind, url)
    const open: Subscriber[] = []
    let frames = 0
    const greetAll = async (count: number) => {
      const greeted = await openAll(count, () => greet(server.url))
      open.push(...greeted)
      return greeted
    }
    /** Resolves when all have been told something. */
    const subscribeAll = async (subscribers: readonly Subscriber[], names: readonly string[]) => {
      for (const [i, subscriber] of subscribers.entries()) {
        subscriber.hear(() => {
          frames += 1
        })
        subscribe(subscriber, chart, { name: names[i % names.length] })
      }
      const update = async () => {
        value += 1
        if (kind === 'yoga') server.publish(frameOf(value))
        else await store.insertMany(names.map((name) => ({ name, value })))
      }
      await untilReached(subscribers.length, () => frames, update)
    }
    try {
      const earlier = await greetAll(EARLIER)
      await subscribeAll(earlier, [windows === 1 ? 'chart.0' : 'chart.early'])
      for (const subscriber of earlier) subscriber.close()
      const subscribers = await greetAll(SUBSCRIBERS)
      const before = await server.memory()
      await subscribeAll(subscribers, names.slice(0, windows))
      const after = await server.memory()
      return {
        heap: (after.heap - before.heap) / SUBSCRIBERS,
        resident: (after.resident - before.resident) / SUBSCRIBERS,
      }
    } finally {
      for (const subscriber of open) subscriber.close()
      await server.stop()
    }
  }

  console.log(`\n${SUBSCRIBERS} idle subscribers, what each takes beyond its socket`)
  for (const [title, kind, windows] of cases) {
    const { heap, resident } = await measure(kind, windows)
    const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(6)} kB`
    console.log(`  ${title.padEnd(30)}${kilobytes(heap)} of heap and buffers,${kilobytes(resident)} resident`)
  }
})
