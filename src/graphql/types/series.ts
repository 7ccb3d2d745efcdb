import { column, type Grid as GridModel, grid, type Run } from '../../kairos/index.ts'
import { builder } from '../builder.ts'
import { askedOfSeries } from '../cost.ts'
import { badInput } from '../errors.ts'
import { rangeArgs } from '../range-args.ts'
import { readRange, readRanges } from '../reads.ts'
import { Bucket } from './bucket.ts'
import { Fill, percentileOf, Stat } from './column.ts'
import { Interval, SeriesType } from './definition.ts'

/** A run of buckets; `partial` where it leaves out those that have not changed. */
export interface SeriesModel extends Omit<Run, 'values'> {
  readonly partial?: boolean
}

const Grid = builder.objectRef<GridModel>('Grid').implement({
  description: 'How numeric data are spread over bins, bucket by bucket: a heat map.',
  fields: (t) => ({
    width: t.exposeFloat('width', { description: 'width of a bin' }),
    from: t.exposeFloat('from', { description: 'lower edge of the first bin, a multiple of `width`' }),
    counts: t.field({
      type: t.listRef(t.listRef('Float')),
      description: '`counts[bucket][bin]`, buckets as in `timestamps`',
      resolve: ({ counts }) => counts.map((row) => [...row]),
    }),
  }),
})

export const Series = builder.objectRef<SeriesModel>('Series').implement({
  description: 'A run of buckets of one series, or of several joined, oldest first.',
  fields: (t) => ({
    names: t.stringList({
      description: 'one name, or every name that was joined',
      resolve: ({ selection }) => [...selection.names],
    }),
    type: t.field({
      type: SeriesType,
      description: 'what each bucket keeps, and so which of its fields are null',
      resolve: ({ selection }) => selection.definition.type,
    }),
    unit: t.string({
      nullable: true,
      description: 'of the values, for axes',
      resolve: ({ selection }) => selection.definition.unit,
    }),
    interval: t.field({
      type: Interval,
      description: 'the interval that was read: the one asked for, or the one chosen',
      resolve: ({ selection }) => selection.interval,
    }),
    folded: t.exposeInt('folded', {
      description: 'interval buckets in each bucket: 1 unless `maxPoints` folded them',
    }),
    end: t.expose('end', {
      type: 'Timestamp',
      description: 'end of the last bucket: later than now while it is open',
    }),
    buckets: t.field({
      type: [Bucket],
      description: 'oldest first, without holes',
      resolve: ({ buckets }) => [...buckets],
    }),
    timestamps: t.field({
      type: ['Timestamp'],
      description: "the buckets' timestamps: the x axis of `column`",
      resolve: ({ buckets }) => buckets.map(({ timestamp }) => timestamp),
    }),
    column: t.field({
      type: ['Float'],
      nullable: { list: false, items: true },
      description:
        'one number a bucket, aligned with `timestamps`: the y values of a chart. `p` from 0 to 100 for PERCENTILE.',
      args: {
        stat: t.arg({ type: Stat, required: true, description: 'which number of each bucket' }),
        p: t.arg.float({
          description: 'from 0 to 100, for PERCENTILE and for nothing else; 50 is the median',
        }),
        fill: t.arg({
          type: Fill,
          required: true,
          defaultValue: 'null',
          description: 'what stands where a bucket has no number; COUNT and RATE always have one',
        }),
      },
      resolve: ({ buckets, partial }, { stat, p, fill }) => {
        if (partial && fill !== 'null' && fill !== 'zero')
          throw badInput(
            'a subscription knows the fills NULL and ZERO: others would alter points that are not sent',
          )
        return column(buckets, { stat, p: percentileOf(stat, p), fill })
      },
    }),
    grid: t.field({
      type: Grid,
      nullable: true,
      description:
        'numeric SERIES, HISTOGRAM and SET only, otherwise null; `width` is chosen where absent; at most 200 bins',
      args: {
        width: t.arg.float({
          description:
            'of a bin, in the unit of the values; above 0, and with at most 200 bins, else BAD_USER_INPUT; absent: a round one, for up to 40 bins',
        }),
      },
      resolve: ({ buckets }, { width }) => grid(buckets, width ?? undefined),
    }),
  }),
})

const describe = {
  name: 'of the series, as it was written; UNKNOWN_SERIES where no definition matches it',
  list: 'of the series, as they were written; at most 100, else BAD_USER_INPUT',
  joined: 'of the series, as they were written; 1 to 100, all different, else BAD_USER_INPUT',
}

builder.queryField('series', (t) =>
  t.field({
    type: Series,
    nullable: true,
    description: `The buckets of one series: a time axis without holes, empty buckets included.

Where the interval has a resolution there is one bucket per resolution; \`condensed\` folds them into one per step.
\`collapsed\` folds the whole range into one.

A name under which nothing is stored gives empty buckets; \`info\` tells. RANGE_TOO_LARGE: more than 20,000 of the finest buckets, unless
\`limits.maxBuckets\` says otherwise.`,
    args: { name: t.arg.string({ required: true, description: describe.name }), ...rangeArgs },
    resolve: (_, { name, ...range }, context, info) => readRange(context, name, range, askedOfSeries(info)),
  }),
)

builder.queryField('seriesList', (t) =>
  t.field({
    type: [Series],
    nullable: { list: false, items: true },
    description:
      'As `series` for each name, in the order asked; null, with an error at its place, where one cannot be read. Types may differ. At most 100 names.',
    args: { names: t.arg.stringList({ required: true, description: describe.list }), ...rangeArgs },
    resolve: (_, { names, ...range }, context, info) => {
      if (names.length > MOST_NAMES) throw badInput(`at most ${MOST_NAMES} series are read at once`)
      return readRanges(context, names, range, askedOfSeries(info))
    },
  }),
)

/** Of a list of series. */
const MOST_NAMES = 100

builder.queryField('join', (t) =>
  t.field({
    type: Series,
    nullable: true,
    description: `1 to 100 distinct series joined bucket by bucket into one: lists append, counts and histograms add, sets unite, the last gauge in the
order of \`names\` wins. Type, value type, step, resolution and zone must agree, else TYPE_MISMATCH. Without an \`interval\`, only those that all have alike are chosen from.`,
    args: { names: t.arg.stringList({ required: true, description: describe.joined }), ...rangeArgs },
    resolve: (_, { names, ...range }, context, info) => readRange(context, names, range, askedOfSeries(info)),
  }),
)
