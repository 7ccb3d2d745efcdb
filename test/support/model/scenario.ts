import fc from 'fast-check'
import type { IntervalOptions, SeriesType } from '../../../src/kairos/index.ts'
import { type Operation, operations } from './operations.ts'
import { type SortName, sortsOf } from './values.ts'

/** A Timeseries, and what is done with it. */
export interface Scenario {
  readonly type: SeriesType
  readonly sort: SortName
  readonly prefix: string | undefined
  /** with what is only for layout packed: `weekStart` */
  readonly intervals: Readonly<Record<string, IntervalOptions>>
  readonly names: readonly string[]
  /** the clock at first */
  readonly start: number
  readonly operations: readonly Operation[]
}

/** Steps that one configuration mixes: none is so much longer than another that to walk through would take long. */
const scales = [
  {
    steps: [60, '60s', 90, 100, '2min', 600, '1h', 3600],
    resolutions: [1, 10, '15s', 7, 60, '1min', 600, '1h'],
  },
  {
    steps: ['1h', '6h', '1d', 86_400, 'daily', 'weekly', '1w', '2w'],
    resolutions: [1800, '1h', '6h', 'daily', '25h', '1d', 'weekly'],
  },
  {
    steps: ['daily', 'weekly', 'monthly', 'yearly', '30d', '1m', '1y'],
    resolutions: ['6h', 'daily', '1d', 'weekly', 'monthly', '1w'],
  },
] as const

const timeZones = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
] as const

const steps = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 2, arbitrary: fc.integer({ min: 7, max: 100 }) },
)

const intervalNames = fc.constantFrom(
  'minute',
  'day',
  '*',
  '[a]',
  '{b}',
  '5',
  'a.b',
  '%',
  ' ',
  'é',
  'constructor',
  '__proto__',
)

const intervals = fc
  .oneof(
    ...scales.map((scale) =>
      fc.uniqueArray(
        fc.tuple(
          intervalNames,
          fc.record(
            {
              step: fc.constantFrom<string | number>(...scale.steps),
              steps,
              resolution: fc.constantFrom<string | number>(...scale.resolutions),
              timeZone: fc.constantFrom(...timeZones),
              weekStart: fc.constantFrom('monday', 'sunday'),
            },
            { requiredKeys: ['step'] },
          ),
        ),
        { minLength: 1, maxLength: 3, selector: ([name]) => name },
      ),
    ),
  )
  .map((entries) => Object.fromEntries(entries))

const names = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom(
      'a',
      'b',
      'a.b',
      'a*',
      'a?',
      '[ab]',
      '{a}',
      '{',
      '}',
      '%',
      '%7B',
      '%25',
      '\\',
      'a\\*',
      ' ',
      '5',
      '名',
      '😀',
      '__proto__',
    ),
    fc.string({
      unit: fc.constantFrom(...'ab.*?[]{}%\\^$|()+- é名😀_/@#"\'<>,;!'),
      minLength: 1,
      maxLength: 6,
    }),
  ),
  { minLength: 1, maxLength: 4 },
)

/** Unix seconds around which clocks and calendars are hard, and any others. */
const starts = fc.oneof(
  fc
    .constantFrom(
      '1970-01-01T00:00Z',
      '2000-01-01T00:00Z', // a year of 54 weeks
      '2011-12-29T10:00Z', // Apia skips the 30th
      '2018-11-04T03:00Z', // São Paulo skips midnight
      '2026-03-29T01:00Z', // Berlin loses an hour
      '2026-10-25T01:00Z', // Berlin gains one
      '2028-02-29T12:00Z',
    )
    .chain((text) => fc.integer({ min: -100_000, max: 100_000 }).map((s) => Date.parse(text) / 1000 + s)),
  fc.integer({ min: -2e9, max: 4e9 }),
  fc.integer({ min: 0, max: 4e12 }).map((ms) => ms / 1000),
)

export const scenarios: fc.Arbitrary<Scenario> = fc
  .constantFrom<SeriesType>('series', 'histogram', 'count', 'gauge', 'set')
  .chain((type) =>
    fc.record({
      type: fc.constant(type),
      sort: fc.constantFrom(...sortsOf(type)),
      prefix: fc.constantFrom(undefined, '', 'app', 'app:', 'b:c', 'a::', '*', '[a]', '{a}', '\\', 'é'),
      intervals,
      names,
      start: starts,
      operations,
    }),
  )
