import type { Fill as FillModel, Stat as StatModel } from '../../kairos/index.ts'
import { builder } from '../builder.ts'
import { badInput } from '../errors.ts'

export const Stat = builder.enumType('Stat', {
  description: 'A number that a bucket can give; `Bucket` says what it means for each type.',
  values: {
    COUNT: {
      value: 'count',
      description: 'how many values; of a COUNT the total; 0 where a bucket is empty',
    },
    SUM: { value: 'sum', description: 'of the values, in their unit; of a COUNT the total' },
    MEAN: { value: 'mean', description: 'average of the values, in their unit' },
    MIN: { value: 'min', description: 'the smallest value, in its unit' },
    MAX: { value: 'max', description: 'the largest value, in its unit' },
    FIRST: { value: 'first', description: 'SERIES: the first of `values`, the oldest; otherwise null' },
    LAST: { value: 'last', description: 'SERIES: the last of `values`, the newest; otherwise null' },
    RATE: { value: 'rate', description: '`count` a second, over the whole span; 0 where a bucket is empty' },
    STDDEV: {
      value: 'stddev',
      description: 'standard deviation, of the population, in the unit of the values',
    },
    PERCENTILE: { value: 'percentile', description: 'needs `p`' },
  } as const satisfies Record<string, { value: StatModel; description: string }>,
})

export const Fill = builder.enumType('Fill', {
  description: 'What `column` gives where a bucket has no number.',
  values: {
    NULL: { value: 'null', description: 'null: a gap in the line' },
    ZERO: { value: 'zero', description: '0, as for what adds up' },
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
