import type { ConnectionState } from './connection-state.ts'
import type { SeriesType } from './generated/graphql.ts'
import type { KairosError } from './kairos-error.ts'
import type { Columns, DefaultColumns } from './operation.ts'

export type { SeriesType }

/** One stored value, as the definition's `valueType` says. */
export type Value = string | number | boolean

/** A run of buckets of one series, or of several joined, oldest first. Every list is as long as `timestamps`. */
export interface SeriesData<C extends Columns = DefaultColumns> {
  /** one name, or every name that was joined */
  readonly names: readonly string[]
  /** what each bucket keeps */
  readonly type: SeriesType | null
  /** of the values, for axes */
  readonly unit: string | null
  readonly interval: Interval | null
  /** interval buckets in each bucket: 1 unless `maxPoints` folded them */
  readonly folded: number
  /** starts of the buckets, ascending, in Unix seconds */
  readonly timestamps: readonly number[]
  /** of the last bucket, in Unix seconds: later than now while it is open */
  readonly end: number
  readonly columns: { readonly [K in keyof C]: readonly (number | null)[] }
  /** of a GAUGE, where asked for; otherwise null */
  readonly value: readonly (Value | null)[] | null
  /** of a SERIES, where asked for, oldest first; otherwise null */
  readonly values: readonly (readonly Value[])[] | null
  /** of a HISTOGRAM, where asked for, most frequent first; otherwise null */
  readonly entries: readonly (readonly Entry[])[] | null
  /** of a SET, where asked for, ascending; otherwise null */
  readonly members: readonly (readonly Value[])[] | null
  /** of numbers, where asked for; otherwise null */
  readonly grid: Grid | null
}

export interface Interval {
  readonly name: string
  /** as configured: seconds (`60`), a duration (`1h`) or daily, weekly, monthly, yearly */
  readonly step: string
  /** how many steps are kept; null keeps them for ever */
  readonly steps: number | null
  /** as configured; equal to `step` where a step is not divided further */
  readonly resolution: string
  /** IANA zone of calendar steps */
  readonly timeZone: string
}

export interface Entry {
  readonly value: Value
  readonly count: number
}

/** How the values are spread over bins, bucket by bucket: a heat map. */
export interface Grid {
  /** of a bin, in the unit of the values */
  readonly width: number
  /** lower edge of the first bin, a multiple of `width` */
  readonly from: number
  /** `counts[bucket][bin]` */
  readonly counts: readonly (readonly number[])[]
}

/** A series that is watched: what is known of it, and how well. */
export interface SeriesState<C extends Columns = DefaultColumns> extends SeriesData<C> {
  readonly connection: ConnectionState
  /**
   * Whether this is what a query would give: false before the first snapshot, while the connection is away or has yet to
   * resume, and while the server refuses.
   */
  readonly live: boolean
  /** when this was last known to be so, in Unix seconds by this machine's clock; null before the first snapshot */
  readonly asOf: number | null
  /** why the operation does not run though the connection does; null while it runs */
  readonly error: KairosError | null
}
