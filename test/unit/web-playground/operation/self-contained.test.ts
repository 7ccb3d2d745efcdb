import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { buildSchema, getVariableValues, type OperationDefinitionNode, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import {
  type Columns,
  type Operation,
  type ReadOptions,
  readOperation,
  type WatchOptions,
  watchOperation,
} from '../../../../src/client/index.ts'
import { literal, selfContained } from '../../../../web-playground/src/operation/self-contained.ts'
import { tokens } from '../../../../web-playground/src/operation/tokens.ts'

const schema = buildSchema(
  readFileSync(new URL('../../../../schema/schema.graphql', import.meta.url), 'utf8'),
)

const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 3 }),
)
const optional = { requiredKeys: ['name', 'interval'] } as { requiredKeys: ['name', 'interval'] }
const columns = fc.constantFrom<Columns>({ mean: 'MEAN' }, { p95: { stat: 'PERCENTILE', p: 95 } }, {})
const count = fc.integer({ min: 1, max: 500 })
const selection = { columns, value: fc.boolean(), values: count, entries: count, members: count }
const watches: fc.Arbitrary<WatchOptions<Columns>> = fc.record(
  {
    name,
    interval: fc.string(),
    steps: count,
    condensed: fc.boolean(),
    maxRate: fc.double({ min: 0.1, max: 60, noNaN: true }),
    ...selection,
    grid: fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
  },
  optional,
)
const reads: fc.Arbitrary<ReadOptions<Columns>> = fc.record(
  {
    name,
    interval: fc.string(),
    start: fc.oneof(fc.integer({ min: -1e10, max: 1e10 }), fc.constant('-PT6H')),
    maxPoints: count,
    ...selection,
    grid: fc.constant(true as const),
  },
  optional,
)

function check(operation: Operation, name: string) {
  const document = parse(selfContained(operation, name))
  expect(validate(schema, document)).toEqual([])
  const [{ name: own, variableDefinitions = [] }] = document.definitions as [OperationDefinitionNode]
  expect(own?.value).toBe(name)
  const { coerced } = getVariableValues(schema, variableDefinitions, {})
  expect(coerced).toEqual(operation.variables)
}

test('a watch stands alone: it is valid as it is, and its defaults are the values of its variables', () => {
  fc.assert(fc.property(watches, (options) => check(watchOperation(options), 'WatchSeries')))
})

test('so does a read', () => {
  fc.assert(fc.property(reads, (options) => check(readOperation(options), 'ReadSeries')))
})

/** JSON has no -0. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0)

test('a literal is read as what was written', () => {
  const inserts = fc.record(
    { name: fc.string({ unit: 'binary' }), value: fc.oneof(fc.string(), fc.boolean(), number) },
    { requiredKeys: ['name'] },
  )
  fc.assert(
    fc.property(fc.array(inserts), (given) => {
      const document = parse(`{ f(x: ${literal(given)}) }`)
      const [{ selectionSet }] = document.definitions as [OperationDefinitionNode]
      const [field] = selectionSet.selections
      const value = field?.kind === 'Field' ? field.arguments?.[0]?.value : undefined
      expect(jsonOf(value)).toEqual(given)
    }),
  )
})

/** The JSON that a node of a document means. */
function jsonOf(node: unknown): unknown {
  const { kind, value, values, fields } = node as {
    kind: string
    value?: unknown
    values?: unknown[]
    fields?: { name: { value: string }; value: unknown }[]
  }
  if (kind === 'ListValue') return values?.map(jsonOf)
  if (kind === 'ObjectValue')
    return Object.fromEntries(fields?.map((each) => [each.name.value, jsonOf(each.value)]) ?? [])
  return kind === 'IntValue' || kind === 'FloatValue' ? Number(value) : value
}

test('tokens are the whole text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('"', '\\', '#', '$', 'a', ' ', '\n', '{', '1', '.') }),
      (text) => {
        expect(
          tokens(text)
            .map((token) => token.text)
            .join(''),
        ).toBe(text)
      },
    ),
  )
})

test('a string is one token, with the quotes, variables and comments in it', () => {
  const found = tokens('f(a: "say \\"$x\\" # y") # z').filter(
    ({ kind }) => kind !== 'other' && kind !== 'name',
  )
  expect(found).toEqual([
    { kind: 'string', text: '"say \\"$x\\" # y"' },
    { kind: 'comment', text: '# z' },
  ])
})
