/** What one bucket keeps. */
export type SeriesType = 'series' | 'histogram' | 'count' | 'gauge' | 'set'

/** What can be stored: the text of it is. */
export type Stored = string | number

/**
 * What was recorded in one bucket, or in several folded into one. A folded gauge remembers every gauge in
 * it, oldest first, so that its statistics are over all of them.
 */
export interface Cells<V> {
  series: readonly V[]
  histogram: ReadonlyMap<V, number>
  count: number
  gauge: readonly V[]
  set: ReadonlySet<V>
}

/** What the library's reads give for a bucket, by type. */
export interface Data<V> {
  series: V[]
  histogram: Map<V, number>
  count: number
  gauge: V | null
  set: Set<V>
}

/** A Redis write that records values in a bucket's key. `add` increments a string, exactly where it can. */
export type WriteCommand = 'RPUSH' | 'HINCRBY' | 'ADD' | 'SET' | 'SADD'

/** A Redis read that gives the whole of a bucket's key. */
export type ReadCommand = 'LRANGE' | 'HGETALL' | 'GET' | 'SMEMBERS'

/** How one type of series is written, read, folded and counted. Its five implementations have one shape. */
export interface Kind<T extends SeriesType = SeriesType> {
  readonly type: T
  readonly writeCommand: WriteCommand
  readonly readCommand: ReadCommand
  /** The arguments that record `values`, in order, in one bucket; none where nothing is to be written. */
  encode(values: readonly Stored[]): readonly Stored[]
  /** A bucket's key as Redis gave it; null where the key does not exist. Throws RangeError on a foreign text. */
  decode<V>(reply: unknown, read: (text: string) => V): Cells<V>[T] | null
  /** Several buckets as one; `cells` oldest first, or in the order of the joined names. */
  fold<V>(cells: readonly Cells<V>[T][]): Cells<V>[T]
  /** What a caller of the library sees; null stands for an empty bucket. */
  data<V>(cell: Cells<V>[T] | null): Data<V>[T]
  /** Each recorded value and how often it occurred; nothing for a count, which keeps no values. */
  samples<V>(cell: Cells<V>[T]): Iterable<readonly [value: V, weight: number]>
}

/** Redis replies to a script with an array where a key exists, empty where it does not. */
export function texts(reply: unknown): readonly string[] {
  return Array.isArray(reply) ? reply : []
}
