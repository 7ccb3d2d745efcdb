import { expect, test } from 'vitest'
import { globMatcher } from '../../../src/kairos/glob.ts'

test.each([
  ['a.b', 'a.b', true],
  ['a.b', 'axb', false],
  ['a.*', 'a.b', true],
  ['a.*', 'a.', false],
  ['a.*', 'a.b.c', false],
  ['a.**', 'a.b.c', true],
  ['a.**', 'a.', false],
  ['**', 'anything at all', true],
  ['*', 'a.b', false],
  ['*.cpu.*', 'web1.cpu.load', true],
  ['a[0-9]?', 'a[0-9]?', true],
  ['a[0-9]?', 'a1x', false],
  ['a*', 'A1', false],
])('%s matches %s: %s', (glob, name, matches) => {
  expect(globMatcher(glob)(name)).toBe(matches)
})
