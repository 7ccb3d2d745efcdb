/**
 * A partition of the time axis into buckets; a bucket is named by its start. All times are Unix seconds.
 *
 * What holds of every step, for any time `t`, bucket `b`, and whole number `n`:
 *
 *     floor(t) ≤ t < offset(floor(t), 1)       floor(floor(t)) = floor(t)
 *     offset(offset(b, n), -n) = b             distance(b, offset(b, n)) = n
 *     offset(b, n) < offset(b, n + 1)          decode(encode(b)) = b
 *     index(b) < index(offset(b, 1))           at(index(b)) = b
 */
export interface Step {
  /** As configured: `60`, `1h`, `daily`. */
  readonly label: string
  /** Equal for two steps of the same buckets and numbers; for comparing within one process, not for storing. */
  readonly id: string
  /** Length of a bucket where no calendar has a say; undefined where one has, even if all days are equal as in UTC. */
  readonly seconds: number | undefined
  /** Start of the bucket that holds `t`. Throws RangeError beyond ±1e11; calendars begin with the year 0. */
  readonly floor: (t: number) => number
  /** Start of the bucket `n` after `bucket`, or before it where negative. Throws RangeError beyond what can be named. */
  readonly offset: (bucket: number, n: number) => number
  /** The `n` for which `offset(from, n)` is `to`; both are starts of buckets. */
  readonly distance: (from: number, to: number) => number
  /**
   * The bucket's place on the axis: that of its neighbour is 1 more, but where a zone left days out. It does not change
   * when a zone's rules do, so data can be stored under it.
   */
  readonly index: (bucket: number) => number
  /** Start of the bucket with that index; undefined where no time within ±1e11 has it, as a day that was left out. */
  readonly at: (index: number) => number | undefined
  /** The bucket's number in a key of layout kairos: `floor(t / step)`, or its date as 20260228, 202602, 2026. */
  readonly encode: (bucket: number) => number
  /** Start of the bucket with that number; undefined where no time within ±1e11 has it, as 20260231. */
  readonly decode: (number: number) => number | undefined
}

/** Times lie within ±1e11: the year 5138 is the last. Beyond it, seconds are taken for milliseconds. */
export const LATEST = 1e11

/** Returns `t`. Throws RangeError where it is no time. */
export function checkTime(t: number): number {
  if (Math.abs(t) <= LATEST) return t
  throw new RangeError(`${t} is no time: Unix seconds lie within ±1e11`)
}

/** Returns `n`. Throws RangeError where it is no whole number, or one beyond ±(2^53 − 1). */
export function checkWhole(n: number): number {
  if (Number.isSafeInteger(n)) return n
  throw new RangeError(`${n} is not a whole number within ±(2^53 − 1)`)
}
