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

/** What records a bucket's data: the Redis command for a key of its own, and what `write.lua` does in a chunk. */
export type WriteCommand = 'RPUSH' | 'HINCRBY' | 'INCRBY' | 'SET' | 'SADD'

/** What Redis calls the data type of a key. */
export type RedisType = 'string' | 'list' | 'hash' | 'set'

const TYPES: Readonly<Record<WriteCommand, RedisType>> = {
  RPUSH: 'list',
  HINCRBY: 'hash',
  INCRBY: 'string',
  SET: 'string',
  SADD: 'set',
}

/** That of a key which holds one bucket. */
export function redisType({ writeCommand }: Pick<Kind, 'writeCommand'>): RedisType {
  return TYPES[writeCommand]
}

/** What reads the whole of a key. */
export type ReadCommand = 'LRANGE' | 'HGETALL' | 'GET' | 'SMEMBERS'

/** What a key holds is nothing that we, or the Python library, would have written. */
export class ForeignData extends Error {
  override readonly name = 'ForeignData'
}

/** How one type of series is written, read, folded and counted. Its five implementations have one shape. */
export interface Kind<T extends SeriesType = SeriesType> {
  readonly type: T
  readonly writeCommand: WriteCommand
  /** of a key that holds one bucket */
  readonly readCommand: ReadCommand
  /** The texts that record `values`, in order, in one bucket; none where nothing is to be written. */
  encode(values: readonly Stored[]): readonly string[]
  /** A bucket's texts, as its key gave them; null where there are none. Throws ForeignData. */
  decode<V>(texts: readonly string[], read: (text: string) => V): Cells<V>[T] | null
  /** The texts from which `decode` makes the same cell, but of a folded gauge only the last is kept. */
  texts(cell: Cells<string>[T]): readonly string[]
  /** In a chunk, where neighbouring buckets share a key. */
  readonly chunk: ChunkFormat
  /** Whether a bucket holds one value at most, however often it is written. */
  readonly single: boolean
  /** How many stored values a bucket holds. */
  size<V>(cell: Cells<V>[T]): number
  /** Several buckets as one; `cells` oldest first, or in the order of the joined names. */
  fold<V>(cells: readonly Cells<V>[T][]): Cells<V>[T]
  /** What a caller of the library sees; null stands for an empty bucket. */
  data<V>(cell: Cells<V>[T] | null): Data<V>[T]
  /** Each recorded value and how often it occurred, over which `statistics.ts` counts; nothing for a count, which keeps no values. */
  samples<V>(cell: Cells<V>[T]): Iterable<readonly [value: V, weight: number]>
}

/** How buckets that share a key are told apart there; `slot` is a bucket's place in its chunk. */
export interface ChunkFormat {
  /**
   * `positions`: a list with a text for each slot; `pairs`: a list of slots, each followed by a value; `fields`: a hash
   * whose fields are `slot:value`. The latter two hold any number of values for a bucket, so that some may have to be kept
   * in a key of its own.
   */
  readonly form: 'positions' | 'pairs' | 'fields'
  /** The chunk's texts for those of one bucket, as `encode` gave them. */
  enter(slot: number, texts: readonly string[]): readonly string[]
  /**
   * Takes what a chunk holds apart, of `positions` from slot `from` on. What it gives tells a bucket's texts, as `decode`
   * takes them; undefined where there are none.
   */
  split(entries: readonly string[], from: number): (slot: number) => readonly string[] | undefined
}
