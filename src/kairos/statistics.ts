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

/** Samples that count, ascending by value; `upTo` is the weight up to and with each. */
export type Ranks = readonly { readonly value: number; readonly upTo: number }[]

/** The samples as `percentile` takes them. */
export function ranked(samples: Samples): Ranks {
  let upTo = 0
  return samples
    .filter(([, weight]) => weight > 0)
    .sort(([a], [b]) => a - b)
    .map(([value, weight]) => {
      upTo += weight
      return { value, upTo }
    })
}

/**
 * The value below which `p` percent (0 to 100) of the weight lies, linear between closest ranks: rank
 * h = (n − 1)·p/100 of the n values in ascending order, between the values at ⌊h⌋ and ⌈h⌉ (type 7 of Hyndman and
 * Fan, "Sample Quantiles in Statistical Packages", 1996). null where there are none.
 */
export function percentile(ranks: Ranks, p: number): number | null {
  const n = ranks.at(-1)?.upTo
  if (n === undefined) return null
  const rank = ((n - 1) * p) / 100
  const below = valueAt(ranks, Math.floor(rank))
  const above = valueAt(ranks, Math.ceil(rank))
  const share = rank - Math.floor(rank)
  const span = above - below
  return Number.isFinite(span) ? below + span * share : below * (1 - share) + above * share
}

/** By halves: many percentiles may be asked of many values. */
function valueAt(ranks: Ranks, rank: number): number {
  let [low, high] = [0, ranks.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranks[middle]?.upTo ?? 0) > rank) high = middle
    else low = middle + 1
  }
  return ranks[low]?.value ?? Number.NaN
}
