import type { Bucket } from './bucket.ts'

/** A number that a bucket can give. */
export type Stat =
  | 'count'
  | 'sum'
  | 'mean'
  | 'min'
  | 'max'
  | 'first'
  | 'last'
  | 'rate'
  | 'stddev'
  | 'percentile'

/** What stands where a bucket has no number: null, 0, the number before it, or one on the line between its neighbours. */
export type Fill = 'null' | 'zero' | 'previous' | 'linear'

export interface ColumnOptions {
  readonly stat: Stat
  /** of a percentile, from 0 to 100 */
  readonly p?: number | undefined
  readonly fill: Fill
}

type Column = (number | null)[]

/** One number for each bucket. Before the first number, and with `linear` after the last, it stays null. */
export function column(buckets: readonly Bucket[], { stat, p = 50, fill }: ColumnOptions): Column {
  const numbers = buckets.map((bucket) => finite(stat === 'percentile' ? bucket.percentile(p) : bucket[stat]))
  switch (fill) {
    case 'null':
      return numbers
    case 'zero':
      return numbers.map((number) => number ?? 0)
    case 'previous':
      return withPrevious(numbers)
    case 'linear':
      return onLines(
        numbers,
        buckets.map(({ timestamp }) => timestamp),
      )
  }
}

/** Sums of large numbers may be infinite, which no column shows. */
function finite(number: number | null): number | null {
  return number === null || Number.isFinite(number) ? number : null
}

function withPrevious(numbers: Column): Column {
  let previous: number | null = null
  return numbers.map((number) => {
    previous = number ?? previous
    return previous
  })
}

/** Points on the line between two neighbours in time, since calendar buckets are not equally far apart. */
function onLines(numbers: Column, timestamps: readonly number[]): Column {
  const filled = [...numbers]
  let before = -1
  for (const [at, number] of numbers.entries()) {
    if (number === null) continue
    const [y0, x0] = [numbers[before] ?? null, timestamps[before] ?? 0]
    for (let gap = before + 1; y0 !== null && gap < at; gap += 1) {
      const share = ((timestamps[gap] ?? 0) - x0) / ((timestamps[at] ?? 0) - x0)
      filled[gap] = y0 * (1 - share) + number * share
    }
    before = at
  }
  return filled
}
