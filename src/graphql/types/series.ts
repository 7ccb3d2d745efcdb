import type { Bucket as BucketModel, Selection } from '../../kairos/index.ts'
import { builder } from '../builder.ts'
import { readingTime } from '../time.ts'
import { Bucket } from './bucket.ts'
import { Interval, SeriesType } from './definition.ts'

/** A run of buckets, as it was read. */
export interface SeriesModel {
  readonly selection: Selection
  readonly buckets: readonly BucketModel[]
  /** end of the last bucket, in Unix seconds */
  readonly end: number
}

export const Series = builder.objectRef<SeriesModel>('Series').implement({
  description: 'A run of buckets of one series, or of several joined, oldest first.',
  fields: (t) => ({
    names: t.stringList({
      description: 'one name, or every name that was joined',
      resolve: ({ selection }) => [...selection.names],
    }),
    type: t.field({ type: SeriesType, resolve: ({ selection }) => selection.definition.type }),
    unit: t.string({
      nullable: true,
      description: 'of the values, for axes',
      resolve: ({ selection }) => selection.definition.unit,
    }),
    interval: t.field({ type: Interval, resolve: ({ selection }) => selection.interval }),
    end: t.expose('end', {
      type: 'Timestamp',
      description: 'end of the last bucket: later than now while it is open',
    }),
    buckets: t.field({ type: [Bucket], resolve: ({ buckets }) => [...buckets] }),
    timestamps: t.field({
      type: ['Timestamp'],
      description: "the buckets' timestamps: the x axis of a chart",
      resolve: ({ buckets }) => buckets.map(({ timestamp }) => timestamp),
    }),
  }),
})

builder.queryField('series', (t) =>
  t.field({
    type: Series,
    nullable: true,
    description: `The buckets of one series: a time axis without holes, empty buckets included.

Where the interval has a resolution there is one bucket per resolution; \`condensed\` folds them into one per step.
\`collapsed\` folds the whole range into one.`,
    args: {
      name: t.arg.string({ required: true, description: 'of the series, as it was written' }),
      interval: t.arg.string({ required: true, description: "one of the definition's intervals, by name" }),
      start: t.arg({
        type: 'Timestamp',
        description:
          'Alone: `steps` from the step that holds it. With `end`: every step between, both included.',
      }),
      end: t.arg({
        type: 'Timestamp',
        description: 'Alone: `steps` up to and with the step that holds it. Neither: up to now.',
      }),
      steps: t.arg.int({
        description: `How many steps. Absent: the interval's \`steps\` (100 if it keeps all), at most 1,000. BAD_USER_INPUT: below 1, or beside both
\`start\` and \`end\`; as is \`start\` after \`end\`.`,
      }),
      condensed: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'one bucket per step, where the interval has a resolution',
      }),
      collapsed: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'one bucket for the whole range',
      }),
    },
    resolve: async (
      _,
      { name, interval, start, end, steps, condensed, collapsed },
      { store },
    ): Promise<SeriesModel> => {
      const selection = store.select(name, interval)
      const now = store.clock()
      const starts = selection.steps({
        start: readingTime(start, now),
        end: readingTime(end, now),
        steps: steps ?? undefined,
      })
      const buckets = await selection.read(starts, { condensed, collapsed })
      return { selection, buckets, end: selection.endOf(starts) }
    },
  }),
)
