/** Numbers over weighted values; the weights of a series' or a set's values are 1. */
export interface Statistics {
  /** total weight */
  readonly count: number
  readonly sum: number
  /** null where the weight is 0, as are `min`, `max` and `stddev` */
  readonly mean: number | null
  readonly min: number | null
  readonly max: number | null
  /**
   * standard deviation of the population: √(Σ w·(x − mean)² / Σ w), by the two-pass algorithm of Chan, Golub and LeVeque,
   * "Algorithms for Computing the Sample Variance", 1983
   */
  readonly stddev: number | null
}

export type Samples = readonly (readonly [value: number, weight: number])[]

/** Over all samples. The deviations are taken from the mean itself, so that large values lose no digits. */
export function statistics(samples: Samples): Statistics {
  let count = 0
  let sum = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const [value, weight] of samples) {
    count += weight
    sum += value * weight
    if (value < min) min = value
    if (value > max) max = value
  }
  if (count === 0) return { count, sum, mean: null, min: null, max: null, stddev: null }
  const mean = sum / count
  let squares = 0
  for (const [value, weight] of samples) squares += weight * (value - mean) ** 2
  return { count, sum, mean, min, max, stddev: Math.sqrt(squares / count) }
}

/** The samples that count, as `percentile` takes them: ascending by value. */
export function ascending(samples: Samples): Samples {
  return samples.filter(([, weight]) => weight > 0).sort(([a], [b]) => a - b)
}

/**
 * The value below which `p` percent (0 to 100) of the weight of `ascending` samples lies, linear between closest ranks: rank
 * h = (n − 1)·p/100 of the n values in ascending order, between the values at ⌊h⌋ and ⌈h⌉ (type 7 of Hyndman and
 * Fan, "Sample Quantiles in Statistical Packages", 1996). null where there are none.
 */
export function percentile(samples: Samples, p: number): number | null {
  const n = samples.reduce((total, [, weight]) => total + weight, 0)
  if (n === 0) return null
  const rank = ((n - 1) * p) / 100
  const below = valueAt(samples, Math.floor(rank))
  const above = valueAt(samples, Math.ceil(rank))
  const share = rank - Math.floor(rank)
  const span = above - below
  return Number.isFinite(span) ? below + span * share : below * (1 - share) + above * share
}

function valueAt(samples: Samples, rank: number): number {
  let passed = 0
  for (const [value, weight] of samples) {
    passed += weight
    if (rank < passed) return value
  }
  return samples.at(-1)?.[0] ?? Number.NaN
}
