import { type Client, isCluster, tagOf } from './cluster.ts'
import { KairosError, quoted } from './errors.ts'
import { compileIntervals, type Interval, type IntervalOptions } from './interval.ts'
import { type Kind, kinds, type SeriesType, type Stored } from './kinds/index.ts'
import { escapeName, type Layout, type LayoutName, layouts, OURS } from './layouts/index.ts'
import { checkedTime } from './range.ts'

export interface ModelOptions<T extends SeriesType, V> {
  /** what a bucket keeps; default 'series' */
  readonly type?: T | undefined
  /** of every key; ':' is appended where missing; default none */
  readonly prefix?: string | undefined
  /** what a stored text is read as; default the text itself; a count is always a number */
  readonly read?: ((text: string) => V) | undefined
  /** what is stored of a value: a text, or a finite number; default the value itself */
  readonly write?: ((value: unknown) => unknown) | undefined
  /** at least one, by name */
  readonly intervals: Readonly<Record<string, IntervalOptions>>
  /** which key holds which bucket: 'kairos', as the Python library has it, or 'packed', compact; default 'kairos' */
  readonly layout?: LayoutName | undefined
}

/** How series of one type are stored: the options of a Timeseries, understood. */
export interface Model<T extends SeriesType = SeriesType, V = unknown> {
  readonly kind: Kind<T>
  readonly layout: Layout
  /** by name, in the order of the options */
  readonly intervals: ReadonlyMap<string, Interval>
  readonly read: (text: string) => V
  readonly write: (value: unknown) => unknown
}

/** A value, or several, to be recorded under a name. */
export interface Insert {
  readonly name: string
  /** one value or an array; of a count the amount, 1 where absent */
  readonly value?: unknown
  /** Unix seconds; default now */
  readonly timestamp?: number | undefined
  /** also to so many steps after (above 0) or before (below 0), in every interval; default 0 */
  readonly intervals?: number | undefined
}

/** An insert that was checked: texts and numbers as they are stored. */
export interface Entry {
  readonly name: string
  readonly values: readonly Stored[]
  readonly timestamp: number
  /** whether the timestamp was given, rather than now */
  readonly dated: boolean
  readonly copies: number
}

const MOST_COPIES = 1000
export const LONGEST_NAME = 512

/** Throws BAD_USER_INPUT where the options cannot be understood. */
export function compileModel<T extends SeriesType, V>(options: ModelOptions<T, V>): Model<T, V> {
  // The defaults of T and V are 'series' and string, which TypeScript cannot see from here.
  const type = (options.type ?? 'series') as T
  const read = options.read ?? ((text: string) => text as V)
  const layoutName = options.layout ?? 'kairos'
  checkChoice('type', type, kinds)
  checkChoice('layout', layoutName, layouts)
  if (options.prefix?.startsWith(OURS))
    throw new KairosError(
      'BAD_USER_INPUT',
      `a prefix must not begin with ${OURS}, which is kept for bookkeeping`,
    )
  const layout = new layouts[layoutName](withColon(options.prefix ?? ''), () => intervals)
  const intervals = compileIntervals(options.intervals, layout.weeks)
  return {
    kind: kinds[type],
    layout,
    intervals,
    read,
    write: options.write ?? ((value) => value),
  }
}

/** Throws BAD_USER_INPUT where series cannot lie so there. */
export function checkLayout(client: Client, layout: Pick<Layout, 'name'>): void {
  if (!isCluster(client) || layout.name !== 'kairos') return
  throw new KairosError(
    'BAD_USER_INPUT',
    'layout kairos spreads each series over a Redis Cluster, where nothing is atomic: use layout packed',
  )
}

function checkChoice(what: string, chosen: string, choices: object): void {
  if (Object.hasOwn(choices, chosen)) return
  throw new KairosError(
    'BAD_USER_INPUT',
    `there is no ${what} "${chosen}"; choose ${Object.keys(choices).join(', ')}`,
  )
}

/** `prefix` as it stands before a key. */
export function withColon(prefix: string): string {
  return prefix === '' || prefix.endsWith(':') ? prefix : `${prefix}:`
}

/**
 * What our own keys begin with, those that hold no data, of series under `prefix`. On a Cluster they lie in one slot, which
 * the prefix decides over, but for those that are to lie in the given one.
 */
export function bookkeeping(client: Client, prefix: string, slot?: number): string {
  const plain = withColon(prefix)
  if (!isCluster(client)) return `${OURS}:${plain}`
  const escaped = escapeName(plain)
  return `${OURS}:${escaped}{${slot === undefined ? escaped || ':' : tagOf(slot)}}`
}

/** Throws UNKNOWN_INTERVAL, which lists those there are. */
export function intervalOf({ intervals }: Pick<Model, 'intervals'>, name: string): Interval {
  const interval = intervals.get(name)
  if (interval) return interval
  const known = [...intervals.keys()].join(', ')
  throw new KairosError('UNKNOWN_INTERVAL', `there is no interval ${quoted(name)}; there are ${known}`)
}

/** An insert that can be written: names, values and times as they are stored. Throws BAD_USER_INPUT. */
export function checkedEntry(model: Model, insert: Insert, now: number): Entry {
  const { timestamp, intervals: copies = 0 } = insert
  if (!Number.isSafeInteger(copies) || Math.abs(copies) > MOST_COPIES) {
    throw new KairosError(
      'BAD_USER_INPUT',
      `a value is copied to at most ${MOST_COPIES} steps, in whole numbers`,
    )
  }
  const value = insert.value === undefined && model.kind.type === 'count' ? 1 : insert.value
  const values = Array.isArray(value) ? value : [value]
  return {
    name: checkedName(insert.name),
    values: values.map((each) => checkedValue(model, each)),
    timestamp: checkedTime('timestamp', timestamp ?? now),
    dated: (timestamp ?? null) !== null,
    copies,
  }
}

/** Throws BAD_USER_INPUT where no series can have the name: it stands in keys, between colons. */
export function checkedName(name: unknown): string {
  if (typeof name !== 'string' || name === '')
    throw new KairosError('BAD_USER_INPUT', 'a name must be a text that is not empty')
  if (name.length > LONGEST_NAME) {
    throw new KairosError('BAD_USER_INPUT', `a name has at most ${LONGEST_NAME} characters`)
  }
  if (name === OURS) throw new KairosError('BAD_USER_INPUT', `the name ${OURS} is kept for bookkeeping`)
  if (name.includes(':') || /[\p{Cc}\p{Cs}]/u.test(name)) {
    throw new KairosError(
      'BAD_USER_INPUT',
      'a name must not contain ":", control characters or half characters',
    )
  }
  return name
}

function checkedValue({ kind, write }: Model, value: unknown): Stored {
  const stored = write(value)
  if (kind.type === 'count') return checkedAmount(stored)
  if (typeof stored === 'number') {
    if (!Number.isFinite(stored)) throw new KairosError('BAD_USER_INPUT', 'a number must be finite')
    return stored
  }
  if (typeof stored !== 'string')
    throw new KairosError('BAD_USER_INPUT', 'a value must be a text or a number')
  if (/\p{Cs}/u.test(stored))
    throw new KairosError('BAD_USER_INPUT', 'a text must not contain half characters')
  return stored
}

function checkedAmount(amount: unknown): number {
  if (typeof amount === 'number' && Math.abs(amount) <= Number.MAX_SAFE_INTEGER) return amount
  throw new KairosError('BAD_USER_INPUT', 'a count needs a number within ±(2^53−1)')
}
