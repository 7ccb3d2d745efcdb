import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DefinitionsQuery } from '../../../../src/client/documents.ts'
import { globMatcher } from '../../../../src/kairos/glob.ts'
import { ruleFinder, ruleText } from '../../../../web-playground/src/insert/rules.ts'

type Definition = DefinitionsQuery['definitions'][number]

const definition = (over: Partial<Definition>): Definition => ({
  name: 'rule',
  match: ['**'],
  type: 'GAUGE',
  valueType: 'FLOAT',
  quantize: null,
  unit: null,
  description: null,
  intervals: [],
  ...over,
})

test('a glob matches what the server matches with it', () => {
  const text = fc.string({
    unit: fc.constantFrom('*', '.', 'a', 'b', '\\', '+', ']', '^', '-', '😀', 'é', '\u2028'),
  })
  fc.assert(
    fc.property(text, text, (glob, name) => {
      const found = ruleFinder([definition({ match: [glob] })])(name)
      expect(found !== undefined).toBe(globMatcher(glob)(name))
    }),
    { numRuns: 2_000 },
  )
})

test('the first definition that matches decides', () => {
  const ruleOf = ruleFinder([
    definition({ name: 'one', match: ['a.*', 'b'] }),
    definition({ name: 'other', match: ['a.**'] }),
  ])
  expect(['a.x', 'a.x.y', 'b', 'c'].map((name) => ruleOf(name)?.name)).toEqual([
    'one',
    'other',
    'one',
    undefined,
  ])
})

test.each([
  [{ type: 'HISTOGRAM', unit: 'ms', quantize: 5 }, 'histogram of numbers in ms, rounded to 5'],
  [{ type: 'GAUGE', valueType: 'BOOLEAN' }, 'gauge of truth values'],
  [{ type: 'SET', valueType: 'STRING' }, 'set of texts'],
  [{ type: 'COUNT' }, 'count of amounts'],
  [{ type: 'COUNT', valueType: 'INTEGER', unit: 'bytes' }, 'count of whole amounts in bytes'],
] as const)('%j is told in words', (over, words) => {
  expect(ruleText(definition(over))).toBe(words)
})
