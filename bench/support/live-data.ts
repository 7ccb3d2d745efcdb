import { fileURLToPath } from 'node:url'
import type { Redis } from 'ioredis'
import { type Config, loadConfig } from '../../src/config/index.ts'
import { Store } from '../../src/kairos/index.ts'

/** A window's. */
export const POINTS = 60

/** One chart as a page has it, with the highest rate there is, so that updates up to 60 a second are not delayed by it. */
export const chart = `subscription Chart($name: String!, $maxRate: Float! = 60) {
  series(name: $name, interval: "hour", steps: ${POINTS}, maxRate: $maxRate) {
    kind cursor removed changed { buckets { timestamp value } }
  }
}`

export function configOf(redis: string): Promise<Config> {
  const file = fileURLToPath(new URL('live.yaml', import.meta.url))
  return loadConfig({ argv: ['--redis', redis, '--port', '0', '--config', file], env: {}, cwd: '.' })
}

/** The engine in this process: another writer beside the servers. */
export async function openStore(redis: Redis, url: string): Promise<Store> {
  const { prefix, layout, limits, timeseries } = await configOf(url)
  const store = new Store(redis, { prefix, layout, limits, definitions: timeseries })
  await store.open()
  return store
}

/** Fills the window of a chart, up to now. */
export async function fill(store: Store, names: readonly string[]): Promise<void> {
  const now = Date.now() / 1000
  for (const name of names)
    await store.insertMany(
      Array.from({ length: POINTS }, (_, i) => ({ name, value: 0, timestamp: now - i * 3600 })),
    )
}

/** The newest value that a frame of `chart` tells; undefined where it tells none. */
export function valueIn(frame: Buffer): number | undefined {
  const { payload } = JSON.parse(frame.toString('latin1'))
  const buckets: { value: number | null }[] = payload.data.series.changed.buckets
  return buckets.findLast(({ value }) => value !== null)?.value ?? undefined
}

/** A frame as long as one of Kairos, for those who have none of their own to send. */
export function frameOf(value: number): string {
  const changed = { buckets: [{ timestamp: 1_795_435_200, value }] }
  const series = { kind: 'DELTA', cursor: 'AAAAAAAAAAAAAAAA.100', removed: [], changed }
  return JSON.stringify({ id: '1', type: 'next', payload: { data: { series } } })
}

/** One value for each of 100 series that nobody watches, in three intervals. */
export const others = Array.from({ length: 100 }, (_, i) => ({ name: `requests.host-${i}`, value: 1 }))
