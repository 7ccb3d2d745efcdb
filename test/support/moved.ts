import type { Redis } from 'ioredis'
import { type DefinitionOptions, type Insert, Migration, type SeriesType } from '../../src/kairos/index.ts'
import { PREFIX, rule, storeOf } from './stores.ts'

/** 15 January 2027, 08:00 UTC */
export const NOON = 1_800_000_000

/** A configuration: a layout and rules. */
export type Config = readonly [layout: 'kairos' | 'packed', ...definitions: DefinitionOptions[]]

/** What one bucket holds, in a form that can be compared, by the start of the bucket. */
export type Held = Record<string, unknown>

export const clock = () => NOON

export function open(redis: Redis, [layout, ...definitions]: Config) {
  return storeOf(redis, definitions, { layout, clock })
}

export function migration(redis: Redis, [layout, ...definitions]: Config): Migration {
  return new Migration(redis, { prefix: PREFIX, layout, definitions, clock })
}

/** Writes them with a configuration that Redis then remembers. */
export async function fill(redis: Redis, config: Config, inserts: readonly Insert[]): Promise<void> {
  const store = open(redis, config)
  await store.open()
  store.close()
  await store.insertMany(inserts)
}

/** Values of a type at random times of the last `seconds`. */
export function someInserts(name: string, type: SeriesType, seconds: number, count = 120): Insert[] {
  const random = randomNumbers(name.length + seconds)
  return Array.from({ length: count }, () => {
    const number = Math.floor(random() * 20) - 4.5
    const value = type === 'count' ? number / 4 : `value ${number}`
    return { name, value, timestamp: NOON - random() * seconds }
  })
}

/** Every full bucket of an interval, as finely as it is kept. */
export async function held(redis: Redis, config: Config, name: string, interval: string): Promise<Held> {
  const store = open(redis, config)
  const extent = (await store.extents([name])).get(name)?.get(interval)
  if (!extent) return {}
  const selection = store.select(name, interval)
  const { buckets } = await selection.query({ start: extent.first, end: extent.last })
  const contents = buckets
    .filter((bucket) => !bucket.empty)
    .map((bucket): [string, unknown] => [
      String(bucket.timestamp),
      bucket.values() ?? bucket.entries() ?? bucket.members() ?? bucket.value ?? bucket.count,
    ])
  return Object.fromEntries(contents)
}

/** The same in coarser buckets: `floor` gives the start of each. */
export function folded(type: SeriesType, buckets: Held, floor: (start: number) => number): Held {
  const coarse: Held = {}
  for (const [start, content] of Object.entries(buckets)) {
    const key = String(floor(Number(start)))
    coarse[key] = key in coarse ? together(type, coarse[key], content) : content
  }
  return coarse
}

interface Entry {
  readonly value: string
  readonly count: number
}

function together(type: SeriesType, a: unknown, b: unknown): unknown {
  if (type === 'count') return Number(a) + Number(b)
  if (type === 'gauge') return b
  const both = [...(a as unknown[]), ...(b as unknown[])]
  if (type === 'series') return both
  if (type === 'set') return [...new Set(both)].sort()
  const counts = new Map<string, number>()
  for (const { value, count } of both as Entry[]) counts.set(value, (counts.get(value) ?? 0) + count)
  return [...counts].map(([value, count]) => ({ value, count })).sort((x, y) => (x.value < y.value ? -1 : 1))
}

/** From 0 to 1, the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

/** A rule of one type with some intervals. */
export function typed(type: SeriesType, intervals: DefinitionOptions['intervals']): DefinitionOptions {
  return rule('data', { type, intervals })
}

/** Keys beside the data, but for the catalogue and the configuration in force. */
export async function leftovers(redis: Redis): Promise<string[]> {
  const known = ['names', 'expiries', 'configuration'].map((each) => `__kairos:${PREFIX}:${each}`)
  return (await redis.keys('__kairos:*')).filter((key) => !known.includes(key))
}
