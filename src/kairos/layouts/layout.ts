import type { Client } from '../cluster.ts'
import type { Interval, Weeks } from '../interval.ts'
import type { Cells, Kind, RedisType, SeriesType, WriteCommand } from '../kinds/index.ts'

/** What keys begin with that hold no data. */
export const OURS = '__kairos'

/** Where a finest bucket lies: the resolution bucket where the interval has a resolution, else the interval's own. */
export interface Place {
  readonly name: string
  readonly interval: Interval
  /** start of the step that it lies in */
  readonly step: number
  /** its own start */
  readonly start: number
}

/** One command of `write.lua`. */
export interface KeyWrite {
  readonly key: string
  readonly command: WriteCommand
  readonly args: readonly string[]
  /** Unix seconds from which nothing in the key is needed any more; null keeps it for ever */
  readonly until: number | null
}

/** The finest buckets of one step that hold data, oldest first, with their starts; null where one was opened but holds none. */
export type StepCells<T extends SeriesType, V> = readonly (readonly [
  start: number,
  cell: Cells<V>[T] | null,
])[]

export interface ReadRequest<T extends SeriesType, V> {
  readonly kind: Kind<T>
  readonly names: readonly string[]
  readonly interval: Interval
  /** starts of the steps, ascending */
  readonly steps: readonly number[]
  readonly read: (text: string) => V
  /** the time now, in Unix seconds */
  readonly now: number
  /** stored values that may be loaded; absent: however many there are */
  readonly most?: number | undefined
}

/** What a key has data of. */
export interface Located {
  readonly name: string
  readonly interval: Interval
  /** starts of the steps of which data may lie in the key, ascending; none where it holds no data itself */
  readonly steps: readonly number[]
}

/** Which intervals a series has, by name; undefined where no series of ours is called so. */
export type IntervalsOf = (name: string) => ReadonlyMap<string, Interval> | undefined

/** Starts of the oldest and the newest step that hold data, in Unix seconds. */
export interface Extent {
  readonly first: number
  readonly last: number
}

/** By name of the series and by interval; nothing of what holds no data. */
export type Extents = ReadonlyMap<string, ReadonlyMap<string, Extent>>

/** Which key holds which bucket, and back. */
export interface Layout {
  readonly name: LayoutName
  /** How many values fill a chunk; null where each key holds one bucket. */
  readonly full: number | null
  /** What weekly steps are. */
  readonly weeks: Weeks
  /** What stands before a name in a key. */
  readonly prefix: string
  /** What of an interval, beside its step and resolution, decides over keys: equal where they are the same. */
  geometry(interval: Interval): number
  /** The writes that record in one bucket what its kind encoded; nothing of nothing, but they may open the bucket. */
  writes(kind: Kind, place: Place, texts: readonly string[]): readonly KeyWrite[]
  /**
   * One round trip: for each name its steps, aligned with `request.steps`. Throws ForeignData, and TooManyValues before
   * more are loaded than `most` and the few that share a chunk with what is asked.
   */
  read<T extends SeriesType, V>(redis: Client, request: ReadRequest<T, V>): Promise<StepCells<T, V>[][]>
  /** By name, for each interval of the series that holds data the oldest and the newest step. */
  extents(redis: Client, names: readonly string[], request: ExtentRequest): Promise<Extents>
  /** Deletes every key of a series, and of no other; tells whether there was any. */
  remove(redis: Client, name: string): Promise<boolean>
  /** Deletes every series; gives how many there were. */
  removeAll(redis: Client): Promise<number>
  /** The series and steps that have data under `key`; undefined where the key is none of ours. */
  locate(key: string): Located | undefined
  /** Every key that may hold data of these steps of a series, which follow one another, or by which these are found; each once. `locate` is its inverse. */
  keys(kind: Kind, name: string, interval: Interval, steps: readonly number[]): readonly string[]
  /** Keys of which there is one as long as there is anything of a series; none where it cannot be told so. */
  indexes(name: string): readonly string[]
  /** What those `keys` are that hold data, where they exist. */
  keyTypes(kind: Kind, interval: Interval): readonly RedisType[]
  /** What decides over the slot of Redis Cluster in which all of a series lies; braces included. */
  tag(name: string): string
  /** A Redis glob that matches every key of one series, or of all; `locate` tells for sure. */
  pattern(name?: string): string
}

export interface ExtentRequest {
  readonly kindOf: (name: string) => Kind
  /** the time now, in Unix seconds */
  readonly now: number
}

/** `kairos` is the Python library's, `packed` is ours: compact. */
export type LayoutName = 'kairos' | 'packed'

export function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&')
}
