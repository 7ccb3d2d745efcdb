import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, test } from 'vitest'
import {
  type Columns,
  type ReadOptions,
  readOperation,
  type WatchOptions,
  watchOperation,
} from '../../../src/client/operation.ts'

const schema = buildSchema(readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'))
const columns = {
  count: 'COUNT',
  p95: { stat: 'PERCENTILE', p: 95 },
  tiny: { stat: 'PERCENTILE', p: 1e-7 },
  mean: { stat: 'MEAN', fill: 'ZERO' },
  constructor: 'SUM',
} as const satisfies Columns
const everything = { columns, value: true, values: 1, entries: 2, members: 3 }

const watches: readonly WatchOptions<Columns>[] = [
  { name: 'a', interval: 'minute' },
  { name: ['a', 'b'], interval: 'minute', ...everything, grid: 2.5, steps: 3, condensed: true, maxRate: 1 },
]
const reads: readonly ReadOptions<Columns>[] = [
  { name: 'a' },
  { name: 'a', interval: 'minute', start: 1, end: '-PT1H', steps: 2, condensed: true, collapsed: false },
  { name: ['a', 'b'], start: '-P1D', maxPoints: 100, ...everything, grid: true },
  { name: 'a', columns: {}, grid: 7 },
]

test.each([...watches.map(watchOperation), ...reads.map(readOperation)])(
  'every operation is valid, and has a value for each variable: %o',
  ({ query, variables }) => {
    expect(validate(schema, parse(query))).toEqual([])
    const declared = [...(/\(([^)]*)\)/.exec(query)?.[1] ?? '').matchAll(/\$(\w+)/g)].map(([, name]) => name)
    expect(Object.keys(variables).sort()).toEqual(declared.sort())
  },
)

test('what is shown is what is sent, line by line', () => {
  expect(watchOperation({ name: 'a', interval: 'minute', steps: 2, values: 3 })).toEqual({
    query: `subscription ($name: String!, $interval: String!, $steps: Int, $after: String, $values: Int) {
  series(name: $name, interval: $interval, steps: $steps, after: $after) {
    kind
    cursor
    removed
    changed {
      names
      type
      unit
      folded
      end
      timestamps
      interval { name step steps resolution timeZone }
      count: column(stat: COUNT)
      mean: column(stat: MEAN)
      buckets {
        values(last: $values)
      }
    }
  }
}`,
    variables: { name: 'a', interval: 'minute', steps: 2, after: null, values: 3 },
  })
})

describe('what would be a part of the document is refused before anything is sent', () => {
  const hostile: unknown[] = [
    { '': 'COUNT' },
    { 'a b': 'COUNT' },
    { 'a: names b': 'COUNT' },
    { 'a){}': 'COUNT' },
    { 'a\n': 'COUNT' },
    { '1st': 'COUNT' },
    { größe: 'COUNT' },
    { __typename: 'COUNT' },
    JSON.parse('{"__proto__": "COUNT"}'),
    { names: 'COUNT' },
    { timestamps: 'COUNT' },
    { grid: 'COUNT' },
    { a: 'COUNT) b: column(stat: SUM' },
    { a: { stat: 'MEAN', fill: 'ZERO) names b: column(stat: SUM' } },
    { a: { stat: 'PERCENTILE', p: '5) names b: column(stat: SUM' } },
    { a: { stat: 'PERCENTILE', p: Number.NaN } },
    { a: { p: 5 } },
  ]
  test.each(hostile)('%j', (columns) => {
    const options = { name: 'a', interval: 'minute', columns } as WatchOptions<Columns>
    const refused = expect.objectContaining({ name: 'KairosError', code: 'BAD_USER_INPUT' })
    expect(() => watchOperation(options)).toThrow(refused)
    expect(() => readOperation(options as ReadOptions<Columns>)).toThrow(refused)
  })
})
