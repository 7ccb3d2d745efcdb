import type { Fill as FillModel, Stat as StatModel } from '../../kairos/index.ts'
import { builder } from '../builder.ts'
import { badInput } from '../errors.ts'

export const Stat = builder.enumType('Stat', {
  description: 'A number that a bucket can give; `Bucket` says what it means for each type.',
  values: {
    COUNT: { value: 'count', description: 'how many values; of a COUNT the total' },
    SUM: { value: 'sum', description: 'of the values; of a COUNT the total' },
    MEAN: { value: 'mean', description: 'of the values' },
    MIN: { value: 'min', description: 'the smallest value' },
    MAX: { value: 'max', description: 'the largest value' },
    FIRST: { value: 'first', description: 'SERIES: the oldest value' },
    LAST: { value: 'last', description: 'SERIES: the newest value' },
    RATE: { value: 'rate', description: '`count` a second' },
    STDDEV: { value: 'stddev', description: 'standard deviation, of the population' },
    PERCENTILE: { value: 'percentile', description: 'needs `p`' },
  } as const satisfies Record<string, { value: StatModel; description: string }>,
})

export const Fill = builder.enumType('Fill', {
  description: 'What `column` gives where a bucket has no number.',
  values: {
    NULL: { value: 'null', description: 'null' },
    ZERO: { value: 'zero', description: '0' },
    PREVIOUS: { value: 'previous', description: 'the number before it, null at the beginning' },
    LINEAR: {
      value: 'linear',
      description: 'on the line between its neighbours, null at either end',
    },
  } as const satisfies Record<string, { value: FillModel; description: string }>,
})

/** `p` where the statistic is a percentile. Throws BAD_USER_INPUT where it is missing, out of range or out of place. */
export function percentileOf(stat: StatModel, p: number | null | undefined): number | undefined {
  if (stat !== 'percentile') {
    if (typeof p === 'number') throw badInput('p is for PERCENTILE')
    return undefined
  }
  if (!(typeof p === 'number' && p >= 0 && p <= 100)) throw badInput('PERCENTILE needs p, from 0 to 100')
  return p
}
