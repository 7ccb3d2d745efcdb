import { type ExecutionResult, execute, type GraphQLSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { executable } from '../../../src/graphql/executable.ts'
import { schema } from '../../../src/graphql/schema.ts'
import { type Cells, kinds, type SeriesType } from '../../../src/kairos/kinds/index.ts'
import { Bucket } from '../../../src/kairos/store/bucket.ts'
import type { Value } from '../../../src/kairos/store/value.ts'

const executed = executable(schema)

const cells: { readonly [T in SeriesType]: readonly (Cells<Value>[T] | null)[] } = {
  series: [[3, 1, 2], null, [-0.5]],
  histogram: [
    new Map([
      [5, 2],
      [1, 9],
    ]),
    null,
    new Map(),
  ],
  count: [12, null, 0],
  gauge: [[1.5], null, [2, 3]],
  set: [new Set([2, 1]), null, new Set([7])],
}

function bucketsOf<T extends SeriesType>(type: T): Bucket[] {
  return cells[type].map(
    (cell, i) => new Bucket({ kind: kinds[type], cell, numeric: true, timestamp: 60 * i, seconds: 60 }),
  )
}

/** The same document by graphql-js alone, and as we execute it, for buckets of a type. */
async function both(type: SeriesType, query: string, variableValues: Record<string, unknown>) {
  const document = parse(query)
  expect(validate(schema, document)).toEqual([])
  const run = { buckets: bucketsOf(type), folded: 1, end: 180, values: 0 }
  const plan = { selection: { names: ['a'] }, buckets: 3, mostValues: 3, read: async () => run }
  const context = { store: { clock: () => 0, plan: () => plan }, limits: { maxValues: 100, maxCost: 10_000 } }
  const by = async (schema: GraphQLSchema): Promise<ExecutionResult> =>
    await execute({ schema, document, variableValues, contextValue: { ...context } })
  return [await by(schema), await by(executed)] as const
}

const selections: Record<string, string> = {
  everything: `timestamp seconds empty count sum mean min max first last rate stddev percentile(p: 50) value values
    entries { value count } members __typename`,
  aliases: 'p50: percentile(p: 50) p95: percentile(p: 95) a: sum b: sum sum',
  'the same field twice': 'sum sum entries { value } entries { count }',
  'names that every object has': '__proto__: sum constructor: count toString: rate hasOwnProperty: empty',
  fragments: '...A ... on Bucket { mean ...B } ... { max }',
  directives: 'sum @include(if: $yes) mean @skip(if: $yes) ... @include(if: $no) { max } ...A @skip(if: $no)',
  variables: 'percentile(p: $p) values(last: $n) entries(top: $n) { ...E } members(first: $n)',
  nothing: 'sum @skip(if: $yes)',
}

test.each(
  Object.entries(selections).flatMap(([what, selection]) =>
    Object.keys(kinds).map((type) => [what, type as SeriesType, selection] as const),
  ),
)('buckets are completed as graphql-js would: %s, of a %s', async (_what, type, selection) => {
  const query = `query Q($yes: Boolean!, $no: Boolean!, $p: Float!, $n: Int) {
    series(name: "a", interval: "minute") { ...S }
    all: series(name: "b", interval: "minute") {
      buckets { percentile(p: $p) values(last: $n) sum @include(if: $yes) @skip(if: $no) ...A }
    }
  }
  fragment S on Series { folded timestamps sums: column(stat: SUM) column(stat: MEAN, fill: LINEAR) grid { width from counts } buckets { ${selection} } }
  fragment A on Bucket { timestamp sum ...B }
  fragment B on Bucket { count __typename entries { ...E } }
  fragment E on HistogramEntry { value count __typename }`
  const [expected, actual] = await both(type, query, { yes: true, no: false, p: 90, n: 1 })
  expect(JSON.stringify(actual)).toBe(JSON.stringify(expected))
  expect(expected.errors).toBeUndefined()
})

test('a fault within the buckets is told once, not for each of them', async () => {
  const query = '{ series(name: "a", interval: "minute") { buckets { percentile(p: 101) } } }'
  const [, actual] = await both('series', query, {})
  expect(actual.errors).toMatchObject([
    {
      message: 'p must lie from 0 to 100',
      path: ['series', 'buckets'],
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ])
  expect(actual.data).toEqual({ series: null })
})
