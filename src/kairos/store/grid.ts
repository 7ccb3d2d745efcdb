import { KairosError } from '../errors.ts'
import type { Bucket } from './bucket.ts'

/** How the values of buckets are spread over bins of one width. */
export interface Grid {
  readonly width: number
  /** lower edge of the first bin, a multiple of `width` */
  readonly from: number
  /** of each bucket, how much of its weight lies in each bin */
  readonly counts: readonly (readonly number[])[]
}

const MOST_BINS = 200
/** Bins where no width is given: as many as a heat map shows well. */
const WANTED_BINS = 40

/**
 * Null where values are no numbers, or no values are kept. Throws BAD_USER_INPUT where `width` is not above 0, or so small
 * that there would be more than 200 bins.
 */
export function grid(buckets: readonly Bucket[], width?: number): Grid | null {
  if (width !== undefined && !(width > 0 && Number.isFinite(width)))
    throw new KairosError('BAD_USER_INPUT', 'width must be above 0')
  const samples = buckets.map((bucket) => bucket.numbers())
  const all = samples.flatMap((each) => each?.map(([value]) => value) ?? [])
  if (samples.some((each) => each === null)) return null
  const [low, high] = extremes(all)
  const chosen = width ?? niceWidth(finite(high - low))
  const first = binOf(low, chosen)
  const bins = binOf(high, chosen) - first + 1
  if (!(bins <= MOST_BINS)) {
    throw new KairosError(
      'BAD_USER_INPUT',
      `a grid has at most ${MOST_BINS} bins, for which a width of ${chosen} is too small`,
    )
  }
  const counts = samples.map((each) => {
    const row = Array<number>(all.length === 0 ? 0 : bins).fill(0)
    for (const [value, weight] of each ?? []) {
      const bin = binOf(value, chosen) - first
      row[bin] = (row[bin] ?? 0) + weight
    }
    return row
  })
  return { width: chosen, from: finite(first * chosen), counts }
}

function extremes(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 0]
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return [low, high]
}

/** What lies beyond the largest number is that one. */
function finite(n: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, n))
}

/** The bin in which a value lies; one on an edge, but for what floating point adds, in the upper one. */
function binOf(value: number, width: number): number {
  const ratio = value / width
  const nearest = Math.round(ratio)
  return Math.abs(ratio - nearest) <= 1e-9 * Math.max(1, Math.abs(ratio)) ? nearest : Math.floor(ratio)
}

/** The smallest of 1, 2 and 5 times a power of ten with which a span has no more bins than are wanted. */
function niceWidth(span: number): number {
  if (!(span > 0)) return 1
  const least = Math.max(span / (WANTED_BINS - 1), Number.MIN_VALUE)
  const power = 10 ** Math.floor(Math.log10(least))
  const factor = [1, 2, 5].find((each) => each * power >= least) ?? 10
  return factor * power || span
}
