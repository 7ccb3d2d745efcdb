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

test('a glob of any length matches as its regular expression does', () => {
  const pick = (characters: string, length: number) =>
    Array.from({ length }, () => characters[Math.floor(Math.random() * characters.length)]).join('')
  for (let i = 0; i < 5000; i += 1) {
    const glob = pick('ab.*', 1 + (i % 9)).replaceAll(/\*{3,}/g, '**')
    const long = glob.replaceAll('a', 'a'.repeat(1 + (i % 70)))
    const name = pick('ab.*', 1 + (i % 12)).replaceAll('a', 'a'.repeat(1 + (i % 70)))
    const expression = long.replaceAll(
      /\*\*|\*|\./g,
      (part) => ({ '**': '.+', '*': '[^.]+', '.': '\\.' })[part] ?? part,
    )
    expect([long, name, globMatcher(long)(name)]).toEqual([
      long,
      name,
      new RegExp(`^${expression}$`).test(name),
    ])
  }
})

test('a client’s worst glob takes a thousand of the longest names in a fraction of a second', () => {
  const matches = globMatcher(`a${'**a'.repeat(160)}b`)
  const name = 'a'.repeat(512)
  const begun = performance.now()
  for (let i = 0; i < 1000; i += 1) expect(matches(name)).toBe(false)
  expect(performance.now() - begun).toBeLessThan(500)
})
