import { isCursor, type Update, type Watch, WindowsFull } from '../../live/index.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { type Asked, askedOfSeries } from '../cost.ts'
import { rateLimited } from '../errors.ts'
import { OperationReader } from '../operation-reader.ts'
import { Series } from './series.ts'

const UpdateKind = builder.enumType('UpdateKind', {
  description: 'What to do with an update.',
  values: {
    SNAPSHOT: { description: 'the whole window: replace what you hold' },
    DELTA: {
      description:
        'only buckets that are new or changed, each one whole: put them over those with the same timestamp',
    },
  } as const,
})

const SeriesUpdate = builder.objectRef<Update>('SeriesUpdate').implement({
  description: 'What to do to hold what a fresh query would give.',
  fields: (t) => ({
    kind: t.expose('kind', { type: UpdateKind, description: 'what to do with `changed`' }),
    cursor: t.exposeString('cursor', {
      description:
        'hand it back as `after` when you reconnect, to this server or to another one on the same Redis',
    }),
    removed: t.field({
      type: ['Timestamp'],
      description: 'buckets that left the window; one deleted or expired inside it comes in `changed`, empty',
      resolve: ({ removed }) => [...removed],
    }),
    changed: t.field({
      type: Series,
      description:
        'In `column` only the fills NULL and ZERO: the others would alter points that a DELTA does not carry.',
      resolve: (update) => ({ ...update, folded: 1, partial: true }),
    }),
  }),
})

const watchArgs = builder.args((t) => ({
  interval: t.string({
    required: true,
    description: "one of the definition's intervals, by name, else UNKNOWN_INTERVAL",
  }),
  steps: t.int({
    description:
      "how many of the newest steps; absent: the interval's `steps` (100 if it keeps all), at most 1,000",
  }),
  condensed: t.boolean({
    required: true,
    defaultValue: false,
    description:
      'Fold into one bucket per step, where the interval has a resolution; elsewhere it changes nothing.',
  }),
  maxRate: t.float({
    required: true,
    defaultValue: 10,
    description:
      'updates a second at most, above 0 and up to 60; updates in between are merged, never queued',
  }),
  after: t.string({
    description: `Resume: what was missed arrives as one DELTA, empty if nothing was, where the server still knows it; an unknown cursor, or one of other
arguments, gives a SNAPSHOT; a malformed one BAD_USER_INPUT.`,
  }),
}))

interface WatchArguments {
  readonly interval: string
  readonly steps?: number | null | undefined
  readonly condensed: boolean
  readonly maxRate: number
  readonly after?: string | null | undefined
}

async function watch(
  context: Context,
  names: string | readonly string[],
  { interval, steps, condensed, maxRate, after }: WatchArguments,
  asked: Asked,
): Promise<Watch> {
  const { store, live, resumeAfter } = context
  const selection = store.select(names, interval)
  OperationReader.of(context).charge([selection.plan({ steps: steps ?? undefined, condensed })], asked)
  const onEnd = context.beginSubscription()
  try {
    return await live.watch(selection, {
      steps: steps ?? undefined,
      condensed,
      maxRate,
      after: resumeAfter !== undefined && isCursor(resumeAfter) ? resumeAfter : (after ?? undefined),
      onEnd,
    })
  } catch (error) {
    onEnd()
    if (error instanceof WindowsFull) throw rateLimited('memory', FULL, 1)
    throw error
  }
}

const FULL =
  'the server holds as many live windows as it has memory for: watch what others do, or come again in a moment'

builder.subscriptionField('series', (t) =>
  t.field({
    type: SeriesUpdate,
    description: `The newest \`steps\` of one series: first a SNAPSHOT, then a DELTA for every change, whoever made it,
and for every bucket that opens, leaves or expires, with or without writes.`,
    args: {
      name: t.arg.string({
        required: true,
        description: 'of the series, as it was written; UNKNOWN_SERIES where no definition matches it',
      }),
      ...watchArgs,
    },
    subscribe: (_, { name, ...options }, context, info) =>
      watch(context, name, options, askedOfSeries(info, ['changed'])),
    resolve: (update) => update,
  }),
)

builder.subscriptionField('join', (t) =>
  t.field({
    type: SeriesUpdate,
    description: 'As `series`, for several series joined.',
    args: {
      names: t.arg.stringList({
        required: true,
        description:
          '1 to 100 distinct series, in the order in which they are joined; as in the query `join`',
      }),
      ...watchArgs,
    },
    subscribe: (_, { names, ...options }, context, info) =>
      watch(context, names, options, askedOfSeries(info, ['changed'])),
    resolve: (update) => update,
  }),
)
