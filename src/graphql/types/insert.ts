import type { Insert, InsertResult as InsertResultModel, Value } from '../../kairos/index.ts'
import { builder } from '../builder.ts'
import { type Time, writingTime } from '../time.ts'

const InsertResult = builder.objectRef<InsertResultModel>('InsertResult').implement({
  description: 'What became of the values.',
  fields: (t) => ({
    inserted: t.exposeInt('inserted', { description: 'values kept by at least one interval' }),
    expired: t.exposeInt('expired', { description: 'values too old for every interval, and so dropped' }),
    duplicate: t.exposeBoolean('duplicate', {
      description:
        "true where this `id` had been applied before and nothing was written now; the counts are the first call's",
    }),
  }),
})

const describe = {
  name: 'of the series, 1 to 512 characters without `:` or control characters; the first definition that matches it decides, else UNKNOWN_SERIES',
  value: 'optional for COUNT, where it is the amount and defaults to 1',
  timestamp: 'defaults to now',
  spread:
    'write it also to this many steps after (above 0) or before (below 0), in every interval; at most 1,000, and each copy counts as a value',
  id: 'what makes repeating the call harmless: 1 to 256 characters, remembered for a day',
}

const InsertInput = builder.inputType('InsertInput', {
  description: 'One value for one series.',
  fields: (t) => ({
    name: t.string({ required: true, description: describe.name }),
    value: t.field({ type: 'Value', description: describe.value }),
    timestamp: t.field({ type: 'Timestamp', description: describe.timestamp }),
    spread: t.int({ required: true, defaultValue: 0, description: describe.spread }),
  }),
})

builder.mutationField('insert', (t) =>
  t.field({
    type: InsertResult,
    nullable: true,
    description: 'Record one value. With an `id`, repeating the call within a day writes nothing more.',
    args: {
      name: t.arg.string({ required: true, description: describe.name }),
      value: t.arg({ type: 'Value', description: describe.value }),
      timestamp: t.arg({ type: 'Timestamp', description: describe.timestamp }),
      spread: t.arg.int({ required: true, defaultValue: 0, description: describe.spread }),
      id: t.arg.id({ description: describe.id }),
    },
    resolve: (_, { id, ...insert }, { store }) => store.insert(asInsert(insert), id ?? undefined),
  }),
)

builder.mutationField('insertMany', (t) =>
  t.field({
    type: InsertResult,
    nullable: true,
    description: `Record many values, in order; all are checked before any is written, and what is wrong is listed in the error's \`extensions.faults\`.
With an \`id\`, repeating the call within a day writes nothing more.`,
    args: {
      inserts: t.arg({
        type: [InsertInput],
        required: true,
        description:
          'the values, in order; at most 10,000 with their copies, unless `limits.maxInserts` says otherwise',
      }),
      id: t.arg.id({ description: describe.id }),
    },
    resolve: (_, { inserts, id }, { store }) => store.insertMany(inserts.map(asInsert), id ?? undefined),
  }),
)

interface InsertArguments {
  readonly name: string
  readonly value?: Value | null | undefined
  readonly timestamp?: Time | null | undefined
  readonly spread: number
}

function asInsert({ name, value, timestamp, spread }: InsertArguments): Insert {
  return { name, value: value ?? undefined, timestamp: writingTime(timestamp), intervals: spread }
}
