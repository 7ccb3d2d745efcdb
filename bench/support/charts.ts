import type { Redis } from 'ioredis'
import type { Store } from '../../src/kairos/index.ts'
import { chart, frameOf, valueIn } from './live-data.ts'
import { greet, Subscriber, subscribe } from './subscriber.ts'

/** Those that bring what is written to a screen: Kairos, or Redis's PUBLISH which a `ws` server forwards. */
export type Carrier = 'kairos' | 'forward'
export const carriers = ['kairos', 'forward'] as const
export const carrierTitles: Record<Carrier, string> = { kairos: 'kairos', forward: 'PUBLISH, ws' }

/** Opens a subscriber; resolves when it will hear of every change. `see` is called with each value from then on. */
export async function watchChart(
  carrier: Carrier,
  url: string,
  name: string,
  see: (value: number) => void,
): Promise<Subscriber> {
  const hear = (frame: Buffer) => {
    const value = valueIn(frame)
    if (value !== undefined) see(value)
  }
  const subscriber = await (carrier === 'kairos' ? greet(url) : Subscriber.open(url))
  const begun = subscriber.next()
  if (carrier === 'kairos') subscribe(subscriber, chart, { name })
  else subscriber.send(name)
  await begun
  subscriber.hear(hear)
  return subscriber
}

/** Writes a value for each series, at once, so that the carrier hears of it. */
export async function writeCharts(
  carrier: Carrier,
  { store, redis }: { readonly store: Store; readonly redis: Redis },
  values: readonly { readonly name: string; readonly value: number }[],
): Promise<void> {
  if (carrier === 'kairos') {
    await store.insertMany(values)
    return
  }
  const pipeline = redis.pipeline()
  for (const { name, value } of values) pipeline.publish(name, frameOf(value))
  await pipeline.exec()
}
