import { KairosError } from './kairos-error.ts'
import type { Columns } from './operation.ts'
import type { Entry, Grid, Interval, SeriesData, SeriesType, Value } from './series.ts'

/** A series as the server gives it: columns are fields of it, what buckets keep stands in `buckets`. */
export interface Reply {
  readonly names: readonly string[]
  readonly type: SeriesType
  readonly unit: string | null
  readonly interval: Interval
  readonly folded: number
  readonly end: number
  readonly timestamps: readonly number[]
  readonly buckets?: readonly Kept[]
  readonly grid?: Grid | null
  readonly [column: string]: unknown
}

/** What a bucket keeps, as far as it was asked for; null what its type has not. */
interface Kept {
  readonly value?: Value | null
  readonly values?: readonly Value[] | null
  readonly entries?: readonly Entry[] | null
  readonly members?: readonly Value[] | null
}

/** One message of a live series. */
export interface Update {
  readonly kind: 'SNAPSHOT' | 'DELTA'
  readonly cursor: string
  readonly removed: readonly number[]
  readonly changed: Reply
}

type Data = SeriesData<Columns>

/** What is known of a series before the server has said anything. */
export function nothing(names: readonly string[], columns: readonly string[]): Data {
  return {
    names,
    type: null,
    unit: null,
    interval: null,
    folded: 1,
    timestamps: [],
    end: 0,
    columns: Object.fromEntries(columns.map((name) => [name, []])),
    value: null,
    values: null,
    entries: null,
    members: null,
    grid: null,
  }
}

/** A reply, column by column. */
export function columnar(reply: Reply, columns: readonly string[]): Data {
  const { names, type, unit, interval, folded, end, timestamps, buckets, grid } = reply
  const kept = <T>(field: keyof Kept, isOf: SeriesType): readonly T[] | null =>
    buckets && type === isOf && (buckets.length === 0 || buckets[0]?.[field] !== undefined)
      ? buckets.map((bucket) => bucket[field] as T)
      : null
  return {
    names,
    type,
    unit,
    interval,
    folded,
    timestamps,
    end,
    columns: Object.fromEntries(columns.map((name) => [name, reply[name] as readonly (number | null)[]])),
    value: kept('value', 'GAUGE'),
    values: kept('values', 'SERIES'),
    entries: kept('entries', 'HISTOGRAM'),
    members: kept('members', 'SET'),
    grid: grid ?? null,
  }
}

/**
 * What is held after an update. A SNAPSHOT replaces it; a DELTA drops what left and puts its buckets over those with the same
 * timestamp. Nothing is altered in place. Throws BAD_USER_INPUT where the grid would have more bins than the server gives.
 */
export function merge(held: Data, { kind, removed, changed }: Update, columns: readonly string[]): Data {
  const news = columnar(changed, columns)
  if (kind === 'SNAPSHOT') return { ...news, grid: news.grid && trimmed(news.grid) }
  const { names, interval } = held
  if (news.timestamps.length === 0 && removed.length === 0) return { ...held, end: news.end }
  const places = placesOf(held.timestamps, news.timestamps, new Set(removed))
  const merged = <T>(old: readonly T[], fresh: readonly T[]) =>
    places.map((place) => (place < 0 ? fresh[-1 - place] : old[place]) as T)
  const mergedOrNull = <T>(old: readonly T[] | null, fresh: readonly T[] | null) =>
    old && merged(old, fresh ?? [])
  return {
    ...news,
    names,
    interval,
    timestamps: merged(held.timestamps, news.timestamps),
    columns: Object.fromEntries(
      columns.map((name) => [name, merged(held.columns[name] ?? [], news.columns[name] ?? [])]),
    ),
    value: mergedOrNull(held.value, news.value),
    values: mergedOrNull(held.values, news.values),
    entries: mergedOrNull(held.entries, news.entries),
    members: mergedOrNull(held.members, news.members),
    grid: mergedGrid(held.grid, news.grid, merged),
  }
}

/**
 * For each bucket after a merge, ascending, where it comes from: from 0 a place among the held, from -1 downwards one among the
 * fresh, which go before.
 */
function placesOf(held: readonly number[], fresh: readonly number[], removed: ReadonlySet<number>): number[] {
  const places: number[] = []
  let [h, f] = [0, 0]
  while (h < held.length || f < fresh.length) {
    const heldAt = held[h] ?? Number.POSITIVE_INFINITY
    const freshAt = fresh[f] ?? Number.POSITIVE_INFINITY
    if (freshAt <= heldAt) {
      places.push(-1 - f)
      f += 1
      if (freshAt === heldAt) h += 1
    } else {
      if (!removed.has(heldAt)) places.push(h)
      h += 1
    }
  }
  return places
}

/** As many as the server gives. */
const MOST_BINS = 200

/** A grid whose rows begin at bins of their own, counted from zero. */
type Row = { readonly first: number; readonly counts: readonly number[] }

function mergedGrid(
  held: Grid | null,
  fresh: Grid | null,
  merged: (old: readonly Row[], fresh: readonly Row[]) => readonly Row[],
): Grid | null {
  if (!held || !fresh) return held && null
  return gridOf(merged(rowsOf(held), rowsOf(fresh)), held.width)
}

function trimmed(grid: Grid): Grid {
  return gridOf(rowsOf(grid), grid.width)
}

function rowsOf({ from, width, counts }: Grid): Row[] {
  const first = Math.round(from / width)
  return counts.map((row) => ({ first, counts: row }))
}

/** From the lowest bin that holds anything to the highest, as the server has it. */
function gridOf(rows: readonly Row[], width: number): Grid {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { first, counts } of rows) {
    const begin = counts.findIndex((count) => count !== 0)
    if (begin < 0) continue
    low = Math.min(low, first + begin)
    high = Math.max(high, first + counts.findLastIndex((count) => count !== 0))
  }
  if (low > high) return { width, from: 0, counts: rows.map(() => []) }
  const bins = high - low + 1
  if (bins > MOST_BINS) {
    throw new KairosError(
      'BAD_USER_INPUT',
      `a grid has at most ${MOST_BINS} bins, for which a width of ${width} is too small`,
    )
  }
  const counts = rows.map(({ first, counts }) =>
    first === low && counts.length === bins
      ? counts
      : Array.from({ length: bins }, (_, bin) => counts[bin + low - first] ?? 0),
  )
  return { width, from: low * width, counts }
}
