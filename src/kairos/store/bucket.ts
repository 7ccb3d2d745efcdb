import { isDeepStrictEqual } from 'node:util'
import type { Cells, Kind, SeriesType } from '../kinds/index.ts'
import { percentile, type Ranks, ranked, type Statistics, statistics } from '../statistics.ts'
import type { Value } from './value.ts'

/** What a bucket is made of. */
export interface BucketOptions<T extends SeriesType> {
  readonly kind: Kind<T>
  /** null where nothing was recorded */
  readonly cell: Cells<Value>[T] | null
  /** whether the values are numbers */
  readonly numeric: boolean
  /** its start, in Unix seconds */
  readonly timestamp: number
  /** length of its span */
  readonly seconds: number
}

export interface HistogramEntry {
  readonly value: Value
  readonly count: number
}

/**
 * One span of time and what was recorded in it.
 *
 * The numbers are over the values: those of a series, of a histogram by weight, the distinct ones of a set, of a
 * gauge its one value, or every gauge that was folded. A count knows `count` and `sum`, which are its total.
 * Of nothing, `count` and `rate` are 0 and the others null; so are the others where values are not numbers.
 */
export class Bucket<T extends SeriesType = SeriesType> {
  readonly timestamp: number
  readonly seconds: number
  readonly #options: BucketOptions<T>
  #samples: readonly (readonly [Value, number])[] | undefined
  #statistics: Statistics | undefined
  #ranks: Ranks | undefined

  constructor(options: BucketOptions<T>) {
    this.timestamp = options.timestamp
    this.seconds = options.seconds
    this.#options = options
  }

  get empty(): boolean {
    return this.#options.cell === null
  }

  /** how many stored values it holds */
  get size(): number {
    const { cell, kind } = this.#options
    return cell === null ? 0 : kind.size(cell)
  }

  get count(): number {
    const { cell } = this.#options
    return typeof cell === 'number' ? cell : this.#weighted().reduce((total, [, weight]) => total + weight, 0)
  }

  /** `count` a second, over the whole span */
  get rate(): number {
    return this.count / this.seconds
  }

  get sum(): number | null {
    const { cell } = this.#options
    if (typeof cell === 'number') return cell
    return this.#numbers().length === 0 ? null : this.#stats().sum
  }

  get mean(): number | null {
    return this.#stats().mean
  }

  get min(): number | null {
    return this.#stats().min
  }

  get max(): number | null {
    return this.#stats().max
  }

  get stddev(): number | null {
    return this.#stats().stddev
  }

  /** `p` from 0 to 100, linear between closest ranks */
  percentile(p: number): number | null {
    this.#ranks ??= ranked(this.#numbers())
    return percentile(this.#ranks, p)
  }

  /** of a series */
  get first(): number | null {
    return this.#options.kind.type === 'series' ? (this.#numbers()[0]?.[0] ?? null) : null
  }

  /** of a series */
  get last(): number | null {
    return this.#options.kind.type === 'series' ? (this.#numbers().at(-1)?.[0] ?? null) : null
  }

  /** of a gauge the last value; otherwise null */
  get value(): Value | null {
    return this.#options.kind.type === 'gauge' ? (this.#weighted().at(-1)?.[0] ?? null) : null
  }

  /** of a series the values, oldest first, or only the newest `last`; otherwise null */
  values(last = Number.POSITIVE_INFINITY): Value[] | null {
    if (this.#options.kind.type !== 'series') return null
    const values = this.#weighted().map(([value]) => value)
    return values.slice(Math.max(0, values.length - last))
  }

  /** of a histogram, ascending by value, or the `top` most frequent first, ties by value; otherwise null */
  entries(top?: number): HistogramEntry[] | null {
    if (this.#options.kind.type !== 'histogram') return null
    const entries = this.#weighted().map(([value, count]) => ({ value, count }))
    entries.sort((a, b) => order(a.value, b.value))
    return top === undefined ? entries : entries.sort((a, b) => b.count - a.count).slice(0, top)
  }

  /** of a set, ascending, or only the `first`; otherwise null */
  members(first = Number.POSITIVE_INFINITY): Value[] | null {
    if (this.#options.kind.type !== 'set') return null
    return this.#weighted()
      .map(([value]) => value)
      .sort(order)
      .slice(0, first)
  }

  /** Each value and how often it occurred; null where values are no numbers, or as of counts and gauges are not kept. */
  numbers(): readonly (readonly [value: number, weight: number])[] | null {
    const { kind, numeric } = this.#options
    return numeric && kind.type !== 'count' && kind.type !== 'gauge' ? this.#numbers() : null
  }

  /** Whether the other holds the same data over the same span. */
  equals(other: Bucket): boolean {
    const same = this.timestamp === other.timestamp && this.seconds === other.seconds
    return same && isDeepStrictEqual(this.#options.cell, other.#options.cell)
  }

  #weighted(): readonly (readonly [Value, number])[] {
    const { kind, cell } = this.#options
    this.#samples ??= cell === null ? [] : [...kind.samples(cell)]
    return this.#samples
  }

  #numbers(): readonly (readonly [number, number])[] {
    // `numeric` says that every value was read as a number.
    return this.#options.numeric ? (this.#weighted() as readonly (readonly [number, number])[]) : []
  }

  #stats(): Statistics {
    this.#statistics ??= statistics(this.#numbers())
    return this.#statistics
  }
}

/** Numbers by size, texts by UTF-16 code units, false before true. */
function order(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0
}
