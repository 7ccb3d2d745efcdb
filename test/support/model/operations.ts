import fc from 'fast-check'
import { type AnyValue, anyValue } from './values.ts'

/** A time by the steps of an interval, which the scenario's count, round and round. */
export interface TimeSpec {
  readonly interval: number
  /** the step that holds now, the oldest that is kept now, the one midway, or the last at which that of now is kept */
  readonly from: 'now' | 'oldest' | 'midway' | 'last'
  /** so many steps on */
  readonly steps: number
  /** the step's first moment, its last, or thousandths of it */
  readonly at: 'first' | 'last' | number
}

export interface InsertSpec {
  readonly name: number
  /** several stand for an array; 'default' for none */
  readonly value: AnyValue | readonly AnyValue[] | 'default'
  readonly timestamp?: TimeSpec
  readonly copies?: number
}

export interface TransformSpec {
  readonly kind: 'name' | 'function' | 'list' | 'record'
  readonly picks: readonly number[]
}

export interface ReadSpec {
  readonly names: readonly number[]
  /** pass a single name as it is */
  readonly single: boolean
  readonly interval: number
  readonly condensed?: boolean
  readonly collapse?: boolean
  readonly transform?: TransformSpec
  readonly timestamp?: TimeSpec
  readonly start?: TimeSpec
  readonly end?: TimeSpec
  readonly steps?: number
}

export type WriteOperation =
  | { readonly do: 'insert'; readonly insert: InsertSpec; readonly id: boolean }
  | { readonly do: 'insertMany'; readonly inserts: readonly InsertSpec[]; readonly id: boolean }
  /** one insert of so many values that they need keys of their own */
  | { readonly do: 'crowd'; readonly insert: InsertSpec; readonly size: number }
  /** inserts at once, without waiting for one another */
  | {
      readonly do: 'together'
      readonly writes: readonly { readonly insert: InsertSpec; readonly id: boolean }[]
    }
  /** one insert with an id, twice at once */
  | { readonly do: 'twice'; readonly insert: InsertSpec }
  /** a write that had an id */
  | { readonly do: 'repeat'; readonly which: number }
  /** another write with the id of one */
  | { readonly do: 'conflict'; readonly which: number; readonly value: AnyValue }
  /** what must be refused */
  | { readonly do: 'refused'; readonly insert: InsertSpec; readonly how: number }
  | { readonly do: 'delete'; readonly name: number }
  | { readonly do: 'deleteAll' }

export type ReadOperation =
  | { readonly do: 'get' | 'series' | 'iterate'; readonly read: ReadSpec }
  | { readonly do: 'names'; readonly match: string }
  | { readonly do: 'properties'; readonly name: number }
  | { readonly do: 'look at all' }

export type Operation =
  | WriteOperation
  | ReadOperation
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'wait until'; readonly time: TimeSpec }

const index = fc.nat({ max: 11 })

const within: fc.Arbitrary<TimeSpec['at']> = fc.oneof(
  fc.constantFrom('first', 'last'),
  fc.integer({ min: 1, max: 999 }),
)

const times: fc.Arbitrary<TimeSpec> = fc.record({
  interval: index,
  from: fc.constantFrom('now', 'oldest', 'midway'),
  steps: fc.integer({ min: -3, max: 3 }),
  at: within,
})

const laterTimes: fc.Arbitrary<TimeSpec> = fc.record({
  interval: index,
  from: fc.constantFrom('now', 'last'),
  steps: fc.integer({ min: 0, max: 2 }),
  at: within,
})

const inserts: fc.Arbitrary<InsertSpec> = fc.record(
  {
    name: index,
    value: fc.oneof(
      { weight: 6, arbitrary: anyValue },
      { weight: 3, arbitrary: fc.array(anyValue, { maxLength: 4 }) },
      { weight: 1, arbitrary: fc.constant('default' as const) },
    ),
    timestamp: times,
    copies: fc.integer({ min: -3, max: 3 }),
  },
  { requiredKeys: ['name', 'value'] },
)

const reads: fc.Arbitrary<ReadSpec> = fc.record(
  {
    names: fc.array(index, { minLength: 1, maxLength: 3 }),
    single: fc.boolean(),
    interval: index,
    condensed: fc.boolean(),
    collapse: fc.boolean(),
    transform: fc.record({
      kind: fc.constantFrom('name', 'function', 'list', 'record'),
      picks: fc.array(index, { minLength: 1, maxLength: 3 }),
    }),
    timestamp: times,
    start: times,
    end: times,
    steps: fc.integer({ min: 0, max: 12 }),
  },
  { requiredKeys: ['names', 'single', 'interval'] },
)

const globs = fc.constantFrom(
  '**',
  '*',
  'a*',
  '*a',
  'a.*',
  '**.b',
  '**a**',
  '{a}',
  '[ab]',
  'a?',
  '\\*',
  'a',
  '',
)

const of = <const D extends string>(...names: D[]) => fc.constantFrom(...names)

const ordinary: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: of('insert'), insert: inserts, id: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: of('twice'), insert: inserts }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: of('insertMany'),
      inserts: fc.array(inserts, { maxLength: 6 }),
      id: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: of('together'),
      writes: fc.array(fc.record({ insert: inserts, id: fc.boolean() }), { minLength: 2, maxLength: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: of('repeat'), which: index }) },
  { weight: 1, arbitrary: fc.record({ do: of('conflict'), which: index, value: anyValue }) },
  { weight: 1, arbitrary: fc.record({ do: of('refused'), insert: inserts, how: fc.nat({ max: 99 }) }) },
  { weight: 1, arbitrary: fc.record({ do: of('delete'), name: index }) },
  { weight: 1, arbitrary: fc.record({ do: of('deleteAll') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: of('wait'),
      seconds: fc.integer({ min: 0, max: 200_000 }).map((ms) => ms / 1000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: of('wait until'), time: laterTimes }) },
  { weight: 9, arbitrary: fc.record({ do: of('get', 'series', 'series', 'iterate'), read: reads }) },
  { weight: 1, arbitrary: fc.record({ do: of('names'), match: globs }) },
  { weight: 1, arbitrary: fc.record({ do: of('properties'), name: index }) },
  { weight: 1, arbitrary: fc.record({ do: of('look at all') }) },
)

const crowd: fc.Arbitrary<Operation> = fc.record({
  do: of('crowd'),
  insert: inserts,
  size: fc.integer({ min: 400, max: 600 }),
})

export const operations: fc.Arbitrary<readonly Operation[]> = fc.array(
  fc.oneof({ weight: 99, arbitrary: ordinary }, { weight: 1, arbitrary: crowd }),
  { minLength: 1, maxLength: 30 },
)
