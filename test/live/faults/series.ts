import type { Random } from './random.ts'

/** Short enough that buckets open, leave and expire all the time, and some long enough that much is in them. */
export const INTERVALS = {
  second: { step: 1, steps: 8 },
  fine: { step: 4, steps: 3, resolution: 1 },
  /** its buckets are so many that in layout packed a step has several chunks */
  day: { step: 'daily', steps: 3, resolution: '15min', timeZone: 'Europe/Berlin' },
} as const

type IntervalName = keyof typeof INTERVALS

export const TYPES = ['series', 'histogram', 'count', 'gauge', 'set'] as const
export type Type = (typeof TYPES)[number]

/** A series of each type has one of these last; those of a type can be joined. */
export const NAMES = ['a', 'b'] as const

/** A count that is only ever added to. Its sum falls when the whole database is emptied, and never else. */
export const WITNESS = { name: 'witness', interval: 'kept' } as const

/** Histograms that hold each inserted number once, for all time. */
export const LEDGER = { names: 'ledger', interval: 'all' } as const

/** A series of long texts. */
export const MUCH = { name: 'much', text: 'much '.repeat(200) } as const

export const LAYOUTS = ['packed', 'kairos'] as const
export type Layout = (typeof LAYOUTS)[number]

/** Each layout has a prefix of its own in one Redis. */
export const prefixOf = (layout: Layout): string => layout

/** A configuration file's settings. */
export function settings(layout: Layout): object {
  const rules = TYPES.map((type) => ({
    name: type,
    match: `${type}.*`,
    type,
    ...(type === 'series' || type === 'histogram' ? { values: 'float' } : {}),
    intervals: INTERVALS,
  }))
  const much = { name: 'much', match: MUCH.name, type: 'series', intervals: { fine: INTERVALS.fine } }
  const witness = { name: 'witness', match: WITNESS.name, type: 'count', intervals: { kept: { step: 3600 } } }
  const ledger = {
    name: 'ledger',
    match: `${LEDGER.names}.*.*`,
    type: 'histogram',
    values: 'integer',
    intervals: { [LEDGER.interval]: { step: 'yearly' } },
  }
  return { prefix: prefixOf(layout), layout, monitor: false, timeseries: [witness, much, ledger, ...rules] }
}

/** A value that a series of this type takes. */
export function randomValue(type: Type, random: Random): string | number {
  switch (type) {
    case 'series':
    case 'histogram':
      return random.whole(-20, 20) / 2
    case 'count':
      return random.pick([1, 1, 2, 0.5, 1000])
    case 'gauge':
      return random.pick(['on', 'off', '', '\\', '17', 'x'.repeat(200)])
    case 'set':
      return random.pick(['red', 'green', 'blue', '', 'é\u0000', '7'])
  }
}

/** Now, or where things go wrong: a millisecond beside the edges of a bucket, in those to come, and in those just gone. */
export function randomTime(random: Random, now = Date.now() / 1000): number {
  const edge = Math.floor(now) + random.pick([0, 1, -1, -3, -4, -7, -8])
  return random.pick([
    now,
    now,
    now,
    edge,
    edge + 0.001,
    edge - 0.001,
    now + random.whole(1, 5),
    now - random.whole(1, 12),
    now - random.whole(0, 2 * 86_400),
  ])
}

/** What a subscription and a query can ask alike. */
export interface Selection {
  readonly names: readonly string[]
  readonly interval: string
  /** as in the arguments: absent for the interval's own */
  readonly steps?: number
  readonly condensed: boolean
  /** seconds after which its window has moved; undefined where it moves but rarely */
  readonly turn?: number
  /** whether its sum falls only with the database */
  readonly growing?: boolean
}

export function randomSelection(random: Random): Selection {
  const type = random.pick(TYPES)
  const names = random.pick<readonly string[]>([['a'], ['b'], ['a', 'b']]).map((name) => `${type}.${name}`)
  const interval = random.pick<IntervalName>(['second', 'second', 'fine', 'fine', 'day'])
  // A window may be longer than its interval keeps.
  const steps = random.pick<number | undefined>([undefined, 2, interval === 'second' ? 12 : 4])
  return {
    names,
    interval,
    condensed: interval !== 'second' && random.chance(0.4),
    ...(steps !== undefined && { steps }),
    ...(interval !== 'day' && { turn: INTERVALS[interval].step }),
  }
}

export const WITNESSED: Selection = {
  names: [WITNESS.name],
  interval: WITNESS.interval,
  condensed: false,
  steps: 2,
  growing: true,
}

/** Told often, and each time so much that who reads nothing soon has more before it than a socket takes. */
export const LARGE: Selection = {
  names: [MUCH.name],
  interval: 'fine',
  condensed: true,
  turn: INTERVALS.fine.step,
}

const RUN = `end buckets {
  timestamp seconds empty count sum mean min max first last rate stddev value values entries { value count } members
}`

/** A run of buckets as the API gives it. */
export interface Run {
  readonly end: number
  readonly buckets: readonly Bucket[]
}

export interface Bucket {
  readonly timestamp: number
  readonly seconds: number
  readonly empty: boolean
  readonly sum: number | null
}

export interface Update {
  readonly kind: 'SNAPSHOT' | 'DELTA'
  readonly cursor: string
  readonly removed: readonly number[]
  readonly changed: Run
}

export interface Request {
  readonly query: string
}

/** What a fresh query of it is. */
export function queryOf(selection: Selection): Request {
  return { query: `{ run: ${field(selection, {})} { ${RUN} } }` }
}

export function subscriptionOf(selection: Selection, options: { maxRate: number; after?: string }): Request {
  const fields = `kind cursor removed changed { ${RUN} }`
  return { query: `subscription { update: ${field(selection, options)} { ${fields} } }` }
}

function field({ names, interval, steps, condensed }: Selection, more: Record<string, unknown>): string {
  const [name] = names
  const what = names.length === 1 ? { name } : { names }
  const given = { ...what, interval, ...(steps !== undefined && { steps }), condensed, ...more }
  const args = Object.entries(given).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
  return `${names.length === 1 ? 'series' : 'join'}(${args.join(', ')})`
}
