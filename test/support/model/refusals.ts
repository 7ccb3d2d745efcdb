import type { Insert, SeriesType, Timeseries } from '../../../src/kairos/index.ts'
import { type Sort, type SortName, sorts } from './values.ts'

type Ask = (timeseries: Timeseries<SeriesType, unknown>, insert: Insert, interval: string) => Promise<unknown>

/** What nobody may ask for, given what they may. */
export interface Refusal {
  readonly what: string
  readonly code: string
  readonly ask: Ask
}

const faults: readonly (readonly [what: string, Partial<Insert>])[] = [
  ['without a name', { name: '' }],
  ['with ":" in a name', { name: 'a:b' }],
  ['with a control character in a name', { name: 'a\u0085' }],
  ['with half a character in a name', { name: 'a\ud800' }],
  ['with too long a name', { name: 'a'.repeat(513) }],
  ['at no time', { timestamp: Number.NaN }],
  ['at a time in milliseconds', { timestamp: Date.parse('2026-01-01') }],
  ['to half a step', { intervals: 0.5 }],
  ['to too many steps', { intervals: -1001 }],
]

/** Of what is stored as it is given. */
const faultyValues: typeof faults = [
  ['of no number', { value: Number.NaN }],
  ['of infinity', { value: [1, Number.POSITIVE_INFINITY] }],
  ['of nothing', { value: null }],
  ['of an object', { value: [{}] }],
  ['of a list in a list', { value: [[1]] }],
]

const faultyAmounts: typeof faults = [
  ['of a text', { value: '1' }],
  ['of more than can be counted', { value: 2 ** 53 }],
  ['of much more than can be counted', { value: -1e21 }],
]

function inserts([what, fault]: (typeof faults)[number]): Refusal[] {
  const code = 'BAD_USER_INPUT'
  const one: Ask = (timeseries, insert) => {
    const { name, value, ...options } = { ...insert, ...fault }
    return timeseries.insert(name, value, options)
  }
  const many: Ask = (timeseries, insert) => timeseries.insertMany([insert, { ...insert, ...fault }, insert])
  return [
    { what: `insert ${what}`, code, ask: one },
    { what: `insertMany of three, the second ${what}`, code, ask: many },
  ]
}

const reads: readonly Refusal[] = [
  {
    what: 'get of an unknown interval',
    code: 'UNKNOWN_INTERVAL',
    ask: (timeseries, { name }) => timeseries.get(name, 'toString'),
  },
  {
    what: 'series of an unknown interval',
    code: 'UNKNOWN_INTERVAL',
    ask: (timeseries, { name }) => timeseries.series(name, ''),
  },
  {
    what: 'iterate over an unknown interval',
    code: 'UNKNOWN_INTERVAL',
    ask: (timeseries, { name }) => timeseries.iterate(name, 'nobody').next(),
  },
  {
    what: 'series of less than a step',
    code: 'BAD_USER_INPUT',
    ask: (timeseries, { name }, interval) => timeseries.series(name, interval, { steps: -1 }),
  },
  {
    what: 'series of half a step',
    code: 'BAD_USER_INPUT',
    ask: (timeseries, { name }, interval) => timeseries.series(name, interval, { steps: 0.5 }),
  },
  {
    what: 'get at no time',
    code: 'BAD_USER_INPUT',
    ask: (timeseries, { name }, interval) => timeseries.get(name, interval, { timestamp: Number.NaN }),
  },
  {
    what: 'get of what is no name',
    code: 'BAD_USER_INPUT',
    ask: (timeseries, { name }, interval) => timeseries.get([name, 'a:b'], interval),
  },
]

export function refusalsOf(sort: SortName): readonly Refusal[] {
  const { write, isAmount }: Sort = sorts[sort]
  const own = [...faults, ...(write ? [] : faultyValues), ...(isAmount ? faultyAmounts : [])]
  return [...own.flatMap(inserts), ...reads]
}
