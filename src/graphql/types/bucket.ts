import type { Bucket as BucketModel, HistogramEntry as HistogramEntryModel } from '../../kairos/index.ts'
import { builder } from '../builder.ts'
import { badInput } from '../errors.ts'

const HistogramEntry = builder.objectRef<HistogramEntryModel>('HistogramEntry').implement({
  description: 'One distinct value of a histogram.',
  fields: (t) => ({
    value: t.expose('value', {
      type: 'Value',
      description: 'the value, rounded where the definition quantizes',
    }),
    count: t.exposeFloat('count', { description: 'how often it occurred' }),
  }),
})

export const Bucket = builder.objectRef<BucketModel>('Bucket').implement({
  description: `One span of time and what was recorded in it.

The numbers, by type. SERIES, HISTOGRAM (weighted) and SET (distinct members): over the values; \`first\` and \`last\` for SERIES only.
COUNT: \`count\` and \`sum\` are the total, the others null. GAUGE: over its one value; where buckets were folded or joined, over every gauge in them.
Empty: \`count\` and \`rate\` are 0, the others null. Values that are not numbers: \`count\` and \`rate\` only.
Counts are Float since Int ends at 32 bits.`,
  fields: (t) => ({
    timestamp: t.expose('timestamp', { type: 'Timestamp', description: 'start of the span' }),
    seconds: t.exposeFloat('seconds', { description: 'length of the span in seconds' }),
    empty: t.exposeBoolean('empty', { description: 'true where nothing was recorded' }),
    count: t.float({
      description: 'how many values; of a COUNT the total',
      resolve: ({ count }) => clamped(count),
    }),
    sum: t.float({
      nullable: true,
      description: 'of the values, in their unit; of a COUNT the total',
      resolve: ({ sum }) => finite(sum),
    }),
    mean: t.float({
      nullable: true,
      description: 'average of the values, in their unit',
      resolve: ({ mean }) => finite(mean),
    }),
    min: t.exposeFloat('min', { nullable: true, description: 'the smallest value, in its unit' }),
    max: t.exposeFloat('max', { nullable: true, description: 'the largest value, in its unit' }),
    first: t.exposeFloat('first', {
      nullable: true,
      description: 'SERIES: the first of `values`, the oldest; otherwise null',
    }),
    last: t.exposeFloat('last', {
      nullable: true,
      description: 'SERIES: the last of `values`, the newest; otherwise null',
    }),
    rate: t.float({
      description: '`count` a second, over the whole span',
      resolve: ({ rate }) => clamped(rate),
    }),
    stddev: t.float({
      nullable: true,
      description: 'standard deviation, of the population, in the unit of the values',
      resolve: ({ stddev }) => finite(stddev),
    }),
    percentile: t.float({
      nullable: true,
      description: '`p` from 0 to 100, linear between closest ranks',
      args: {
        p: t.arg.float({
          required: true,
          description: 'from 0 to 100, else BAD_USER_INPUT; 50 is the median',
        }),
      },
      resolve: (bucket, { p }) => {
        if (!(p >= 0 && p <= 100)) throw badInput('p must lie from 0 to 100')
        return finite(bucket.percentile(p))
      },
    }),
    value: t.expose('value', {
      type: 'Value',
      nullable: true,
      description: 'GAUGE: the last value; otherwise null',
    }),
    values: t.field({
      type: ['Value'],
      nullable: true,
      description: 'SERIES: the values, oldest first, or only the newest `last`; otherwise null',
      args: { last: t.arg.int({ description: 'how many of the newest, 0 or more; absent: all' }) },
      resolve: (bucket, { last }) => bucket.values(atLeastZero('last', last)),
    }),
    entries: t.field({
      type: [HistogramEntry],
      nullable: true,
      description:
        'HISTOGRAM: ascending by value, or the `top` most frequent first, ties by value; otherwise null',
      args: {
        top: t.arg.int({
          description: 'how many of the most frequent, 0 or more; absent: all, ascending by value',
        }),
      },
      resolve: (bucket, { top }) => bucket.entries(atLeastZero('top', top)),
    }),
    members: t.field({
      type: ['Value'],
      nullable: true,
      description: 'SET: ascending, or only the first; otherwise null',
      args: { first: t.arg.int({ description: 'how many of the first, 0 or more; absent: all' }) },
      resolve: (bucket, { first }) => bucket.members(atLeastZero('first', first)),
    }),
  }),
})

/** Finite values can add up to what Float has no number for. */
function finite(n: number | null): number | null {
  return Number.isFinite(n) ? n : null
}

/** The same, where null may not stand. */
function clamped(n: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, n))
}

function atLeastZero(what: string, n: number | null | undefined): number | undefined {
  if (typeof n === 'number' && n < 0) throw badInput(`${what} must not be below 0`)
  return n ?? undefined
}
