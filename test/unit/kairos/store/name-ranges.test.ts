import fc from 'fast-check'
import { expect, test } from 'vitest'
import { globMatcher } from '../../../../src/kairos/glob.ts'
import { byBytes, nameRanges } from '../../../../src/kairos/store/name-ranges.ts'

const shown = (match: string, within: string[]) =>
  nameRanges(match, within).map(({ prefix, exact }) => (exact ? prefix : `${prefix}…`))

test.each([
  ['**', ['**'], ['…']],
  ['**', [], []],
  ['a.*', ['**'], ['a.…']],
  ['**', ['b.*', 'a.**', 'a.b.*'], ['a.…', 'b.…']],
  ['a.b.**', ['a.*', 'b.*'], ['a.b.…']],
  ['a.x', ['a.*', 'b.*'], ['a.x']],
  ['**', ['a', 'a', 'a.*'], ['a', 'a.…']],
  ['**', ['a**', 'a'], ['a…']],
  ['a', ['ab', 'b*'], []],
  ['ab*', ['a'], []],
  ['*.cpu', ['x.*', '*.load'], ['…']],
  ['**', ['\u{ff5e}*', '\u{1f600}*'], ['\u{ff5e}…', '\u{1f600}…']],
])('names that match %s within %j are looked for in %j', (match, within, ranges) => {
  expect(shown(match, within)).toEqual(ranges)
})

test('a name that the globs match is in exactly one range, and ranges ascend', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '～', '😀'), minLength: 1, maxLength: 4 })
  const glob = fc.string({ unit: fc.constantFrom('a', 'b', '.', '～', '*'), minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(text, glob, fc.array(glob, { maxLength: 5 }), (name, match, within) => {
      const ranges = nameRanges(match, within)
      const holding = ranges.filter(({ prefix, exact }) =>
        exact ? name === prefix : name.startsWith(prefix),
      )
      const wanted = globMatcher(match)(name) && within.some((each) => globMatcher(each)(name))
      expect(holding.length).toBeLessThanOrEqual(1)
      if (wanted) expect(holding).toHaveLength(1)
      const prefixes = ranges.map(({ prefix }) => prefix)
      expect([...prefixes].sort(byBytes)).toEqual(prefixes)
    }),
    { numRuns: 2000 },
  )
})
