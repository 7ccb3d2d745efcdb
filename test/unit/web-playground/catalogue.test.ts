import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ageText } from '../../../web-playground/src/catalogue/age.ts'
import { type Row, rowsOf } from '../../../web-playground/src/catalogue/rows.ts'

const row = (name: string, age: number | null = 1): Row => ({
  name,
  type: 'GAUGE',
  valueType: 'FLOAT',
  age,
})
const names = (rows: readonly Row[]) => rows.map(({ name }) => name)
const known = ['b', 'd', 'B.text'].map((name) => row(name, null))

test('series that are known from the configuration stand among those that are stored, each once', () => {
  const rows = rowsOf({ rows: [row('a'), row('b'), row('c')], next: null }, known, '')
  expect(names(rows)).toEqual(['B.text', 'a', 'b', 'c', 'd'])
  expect(rows.find(({ name }) => name === 'b')?.age).toBe(1)
})

test('they come where the pages have reached, not before', () => {
  expect(names(rowsOf({ rows: [row('a'), row('c')], next: 'more' }, known, ''))).toEqual([
    'B.text',
    'a',
    'b',
    'c',
  ])
})

test('they are searched as the server searches: any part, upper or lower case', () => {
  expect(names(rowsOf({ rows: [], next: null }, known, 'TEX'))).toEqual(['B.text'])
})

test('names ascend by code points, as the server lists them', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1 })), (all) => {
      const sorted = all.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      const stored = sorted.filter((_, index) => index % 2 === 0).map((name) => row(name))
      const others = sorted.filter((_, index) => index % 2 === 1).map((name) => row(name, null))
      expect(names(rowsOf({ rows: stored, next: null }, others, ''))).toEqual(sorted)
    }),
  )
})

test.each([
  [-5, 'now'],
  [9, 'now'],
  [12, '12 s'],
  [300, '5 min'],
  [3 * 3600 + 5, '3 h'],
  [2 * 86_400, '2 d'],
  [4.5 * 365 * 86_400, '4 y'],
])('an age of %d seconds is told as %s', (seconds, text) => {
  expect(ageText(seconds)).toBe(text)
})
