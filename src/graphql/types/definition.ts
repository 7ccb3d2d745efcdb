import type { Definition as DefinitionModel, Interval as IntervalModel } from '../../kairos/index.ts'
import { builder } from '../builder.ts'

export const SeriesType = builder.enumType('SeriesType', {
  description: 'What one bucket keeps.',
  values: {
    SERIES: { value: 'series', description: 'a list: every value, in order of arrival' },
    HISTOGRAM: { value: 'histogram', description: 'each distinct value with how often it occurred' },
    COUNT: { value: 'count', description: 'one running total' },
    GAUGE: { value: 'gauge', description: 'the last value written' },
    SET: { value: 'set', description: 'the distinct values' },
  } as const,
})

const ValueType = builder.enumType('ValueType', {
  description: 'How values are checked on the way in and read back.',
  values: {
    STRING: {
      value: 'string',
      description: 'a text, of at most 1,024 characters unless `limits.maxValueLength` says otherwise',
    },
    INTEGER: { value: 'integer', description: 'a whole number within ±(2^53−1)' },
    FLOAT: { value: 'float', description: 'a finite number' },
    BOOLEAN: { value: 'boolean', description: 'true or false; no numbers, so `count` and `rate` only' },
  } as const,
})

export const Interval = builder.objectRef<IntervalModel>('Interval').implement({
  description: 'A named division of time, and how long its buckets are kept.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'what `interval` arguments take' }),
    step: t.string({
      description:
        'as configured: seconds (`60`), a duration (`1h`, `30d`) or daily, weekly, monthly, yearly',
      resolve: ({ step }) => step.label,
    }),
    steps: t.exposeInt('steps', {
      nullable: true,
      description: 'how many steps are kept before they expire; null keeps them for ever',
    }),
    resolution: t.string({
      description: 'as configured; equal to `step` where a step is not divided further',
      resolve: ({ step, resolution }) => (resolution ?? step).label,
    }),
    timeZone: t.exposeString('timeZone', { description: 'IANA zone of calendar steps' }),
  }),
})

export const Definition = builder.objectRef<DefinitionModel>('Definition').implement({
  description: 'One rule of the configuration: the names it matches, their type and their intervals.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'of the rule itself, not of a series' }),
    match: t.stringList({
      description: 'glob patterns over series names: `*` within a dotted part, `**` across parts',
      resolve: ({ match }) => [...match],
    }),
    type: t.expose('type', { type: SeriesType, description: 'what a bucket of its series keeps' }),
    valueType: t.expose('valueType', {
      type: ValueType,
      description: 'what a value is: others are BAD_USER_INPUT',
    }),
    quantize: t.exposeFloat('quantize', {
      nullable: true,
      description:
        'numbers are rounded to multiples of it when written; null where they are kept as they are',
    }),
    unit: t.exposeString('unit', { nullable: true, description: 'of the values, for axes' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'what its series are for, for readers',
    }),
    intervals: t.field({
      type: [Interval],
      description: 'the finest step first',
      resolve: ({ intervals }) => [...intervals],
    }),
  }),
})

builder.queryField('definitions', (t) =>
  t.field({
    type: [Definition],
    description: 'The configured definitions, in matching order.',
    resolve: (_, _args, { store }) => [...store.definitions],
  }),
)

builder.queryField('definition', (t) =>
  t.field({
    type: Definition,
    nullable: true,
    description:
      'The definition that decides over a name, whether or not anything is stored under it: the first that matches; null where none does.',
    args: {
      name: t.arg.string({
        required: true,
        description:
          'of a series, 1 to 512 characters without `:` or control characters, else BAD_USER_INPUT',
      }),
    },
    resolve: (_, { name }, { store }) => store.findDefinition(name) ?? null,
  }),
)
