import type { Update } from '../../live/index.ts'
import { builder } from '../builder.ts'
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
    kind: t.expose('kind', { type: UpdateKind }),
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
      description: 'the buckets that are new or changed',
      resolve: (update) => update,
    }),
  }),
})

builder.subscriptionField('series', (t) =>
  t.field({
    type: SeriesUpdate,
    description: `The newest \`steps\` of one series: first a SNAPSHOT, then a DELTA for every change, whoever made it,
and for every bucket that opens, leaves or expires, with or without writes.`,
    args: {
      name: t.arg.string({ required: true, description: 'of the series, as it was written' }),
      interval: t.arg.string({ required: true, description: "one of the definition's intervals, by name" }),
      steps: t.arg.int({
        description:
          "how many of the newest steps; absent: the interval's `steps` (100 if it keeps all), at most 1,000",
      }),
      condensed: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'one bucket per step, where the interval has a resolution',
      }),
      maxRate: t.arg.float({
        required: true,
        defaultValue: 10,
        description:
          'updates a second at most, above 0 and up to 60; updates in between are merged, never queued',
      }),
      after: t.arg.string({
        description: `Resume: what was missed arrives as one DELTA, empty if nothing was, where the server still knows it; an unknown cursor, or one of other
arguments, gives a SNAPSHOT; a malformed one BAD_USER_INPUT.`,
      }),
    },
    subscribe: (_, { name, interval, steps, condensed, maxRate, after }, { store, live, request }) =>
      live.watch(store.select(name, interval), {
        steps: steps ?? undefined,
        condensed,
        maxRate,
        after: after ?? undefined,
        signal: request?.signal,
      }),
    resolve: (update) => update,
  }),
)
