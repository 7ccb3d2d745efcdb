import { KairosError } from './kairos-error.ts'
import { type Columns, columnNames, type Selection } from './operation.ts'
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

/** What of each bucket was asked for, as far as it matters here. */
export interface Asked<C extends Columns = Columns> extends Omit<Selection<C>, 'grid'> {
  readonly name: string | readonly string[]
}

/** What is known of a series before the server has said anything. */
export function nothing<C extends Columns>(asked: Asked<C>): SeriesData<C> {
  return {
    names: typeof asked.name === 'string' ? [asked.name] : asked.name,
    type: null,
    unit: null,
    interval: null,
    folded: 1,
    timestamps: [],
    end: 0,
    columns: columnsOf(asked, () => []),
    value: null,
    values: null,
    entries: null,
    members: null,
    grid: null,
  }
}

/** A reply, column by column. */
export function columnar<C extends Columns>(reply: Reply, asked: Asked<C>): SeriesData<C> {
  const { names, type, unit, interval, folded, end, timestamps, buckets = [], grid = null } = reply
  return {
    names,
    type,
    unit,
    interval,
    folded,
    timestamps,
    end,
    columns: columnsOf(asked, (name) => reply[name] as Numbers),
    value: asked.value && type === 'GAUGE' ? buckets.map(({ value = null }) => value) : null,
    values:
      asked.values !== undefined && type === 'SERIES' ? buckets.map(({ values }) => values ?? []) : null,
    entries:
      asked.entries !== undefined && type === 'HISTOGRAM'
        ? buckets.map(({ entries }) => entries ?? [])
        : null,
    members:
      asked.members !== undefined && type === 'SET' ? buckets.map(({ members }) => members ?? []) : null,
    grid,
  }
}

/**
 * What is held after an update. A SNAPSHOT replaces it; a DELTA drops what left and puts its buckets over those with the same
 * timestamp. Nothing is altered in place, and a list that stays the same stays that very list. Throws BAD_USER_INPUT where the grid
 * would have more bins than the server gives.
 */
export function merge<C extends Columns>(
  held: SeriesData<C>,
  { kind, removed, changed }: Update,
  asked: Asked<C>,
): SeriesData<C> {
  const fresh = columnar(changed, asked)
  const isDelta = kind === 'DELTA'
  const places = placesOf(isDelta ? held.timestamps : [], fresh.timestamps, new Set(removed))
  const merged = <T>(old: readonly T[], news: readonly T[]): readonly T[] => {
    const list = places.map((place) => (place < 0 ? news[-1 - place] : old[place]) as T)
    return isSame(list, old) ? old : list
  }
  const mergedIfKept = <T>(old: readonly T[] | null, news: readonly T[] | null) =>
    news && merged(old ?? [], news)
  return {
    ...fresh,
    names: isSame(fresh.names, held.names) ? held.names : fresh.names,
    interval: isDelta ? held.interval : fresh.interval,
    timestamps: merged(held.timestamps, fresh.timestamps),
    columns: columnsOf(asked, (name) => merged(held.columns[name] ?? [], fresh.columns[name] ?? [])),
    value: mergedIfKept(held.value, fresh.value),
    values: mergedIfKept(held.values, fresh.values),
    entries: mergedIfKept(held.entries, fresh.entries),
    members: mergedIfKept(held.members, fresh.members),
    grid: isDelta && !held.grid ? null : mergedGrid(held.grid, fresh.grid, merged),
  }
}

type Numbers = readonly (number | null)[]

function columnsOf<C extends Columns>(asked: Asked<C>, list: (name: keyof C & string) => Numbers) {
  return Object.fromEntries(columnNames(asked).map((name) => [name, list(name)])) as SeriesData<C>['columns']
}

function isSame<T>(list: readonly T[], other: readonly T[]): boolean {
  return list.length === other.length && list.every((element, i) => element === other[i])
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

/** Of one bucket, with the place of its first bin, counted from zero. */
type Row = { readonly first: number; readonly counts: readonly number[] }

function mergedGrid(
  held: Grid | null,
  fresh: Grid | null,
  merged: (old: readonly Row[], fresh: readonly Row[]) => readonly Row[],
): Grid | null {
  if (!fresh) return null
  const grid = gridOf(merged(held ? rowsOf(held) : [], rowsOf(fresh)), fresh.width)
  return held && held.from === grid.from && isSame(held.counts, grid.counts) ? held : grid
}

function rowsOf({ from, width, counts }: Grid): readonly Row[] {
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
