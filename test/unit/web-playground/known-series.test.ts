import { expect, test } from 'vitest'
import { knownSeries } from '../../../web-playground/src/server/definitions.ts'

const definition = (name: string, match: string[]) => ({
  name,
  match,
  type: 'GAUGE' as const,
  valueType: 'FLOAT' as const,
  quantize: null,
  unit: null,
  description: null,
  intervals: [],
})
const listed = (...definitions: ReturnType<typeof definition>[]) =>
  knownSeries(definitions).map(({ name, definition }) => [name, definition.name])

test('every name without a star is a known series, patterns are not', () => {
  expect(listed(definition('cpu', ['host.cpu', 'cpu.*']), definition('rest', ['**']))).toEqual([
    ['host.cpu', 'cpu'],
  ])
})

test('a name that two definitions match belongs to the first', () => {
  expect(listed(definition('a', ['x']), definition('b', ['x', 'y']))).toEqual([
    ['x', 'a'],
    ['y', 'b'],
  ])
})
