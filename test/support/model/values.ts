import fc from 'fast-check'
import type { SeriesType } from '../../../src/kairos/index.ts'
import type { Read } from './data.ts'

/** Values for any sort of series: each takes what it can store. */
export interface AnyValue {
  readonly text: string
  readonly number: number
  readonly whole: number
  readonly odd: unknown
}

/** A sort of values, and the functions that store and read them. */
export interface Sort {
  readonly of: (value: AnyValue) => unknown
  readonly read?: Read
  readonly write?: (value: unknown) => unknown
  /** only what a count takes */
  readonly isAmount?: true
}

export const sorts = {
  texts: { of: ({ text }) => text },
  numbers: { of: ({ number }) => number, read: Number },
  'texts and numbers': { of: ({ text, number }) => (text.length % 2 === 0 ? number : text) },
  'rounded numbers': {
    of: ({ number }) => number,
    read: Number,
    write: (value) => Math.round(Number(value)),
  },
  'texts read as their length': { of: ({ text }) => text, read: (text) => text.length },
  'anything as text': { of: ({ odd }) => odd, write: String },
  'whole amounts': { of: ({ whole }) => whole, isAmount: true },
  'any amounts': { of: ({ number }) => (number % 1e6) + 0, isAmount: true },
} satisfies Record<string, Sort>

export type SortName = keyof typeof sorts

/** The sorts that a type can keep. */
export function sortsOf(type: SeriesType): readonly SortName[] {
  const names = Object.keys(sorts) as SortName[]
  return names.filter((name) => 'isAmount' in sorts[name] === (type === 'count'))
}

const { MAX_SAFE_INTEGER: MOST } = Number

const texts = fc.oneof(
  { withCrossShrink: true },
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', '', '0', '-1', '1e5', '01') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ' ',
      '\n',
      '\0',
      'a\r\nb',
      '1:2',
      ':',
      '"',
      "'",
      '\\',
      'nan',
      'é',
      'e\u0301',
      '😀',
      '\ufeff',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(300), '語'.repeat(300)) },
)

const wholes = fc.oneof(
  { withCrossShrink: true },
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(MOST, -MOST, MOST - 1, 2 ** 31, 2 ** 32, -(2 ** 52)) },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
)

const numbers = fc
  .oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: wholes },
    { weight: 2, arbitrary: fc.constantFrom(0.1, 0.2, 0.5, -0.25, 1e21, 1e-7, 5e-324, 1 / 3) },
    { weight: 2, arbitrary: fc.double({ min: -1e100, max: 1e100, noNaN: true }) },
  )
  .map((number) => number + 0) // without −0

const odds = fc.oneof(
  { withCrossShrink: true },
  fc.constantFrom<unknown>(
    null,
    Number.NaN,
    'null',
    true,
    false,
    0,
    '0',
    Number.POSITIVE_INFINITY,
    5n,
    5,
    '',
  ),
  texts,
  numbers,
)

export const anyValue: fc.Arbitrary<AnyValue> = fc.record({
  text: texts,
  number: numbers,
  whole: wholes,
  odd: odds,
})
