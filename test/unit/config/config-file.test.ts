import { describe, expect, test } from 'vitest'
import { faultsOf, load, refusal } from './folder.ts'

const named = (name: string, content: string | Uint8Array) => ({
  files: { [name]: content },
  argv: ['--config', name],
})

describe('a named file', () => {
  test('that does not exist is a fault that names it, and what named it', async () => {
    expect(await faultsOf({ argv: ['--config', 'no.yaml'] })).toEqual(['--config: no.yaml does not exist'])
    expect(await faultsOf({ env: { KAIROS_CONFIG: 'no/no.mjs' } })).toEqual([
      'KAIROS_CONFIG: no/no.mjs does not exist',
    ])
    expect(await faultsOf({ ...named('a.json', '{}'), argv: ['--config', 'a.json/b.json'] })).toEqual([
      '--config: a.json/b.json does not exist',
    ])
  })

  test.each(['a.yml', 'a.js', 'a', '.yaml', 'a.json5'])('called %s is refused', async (name) => {
    expect(await faultsOf(named(name, '{}'))).toEqual([
      `--config: ${name} must be a .yaml, .json or .mjs file`,
    ])
  })

  test('must be a file of text, of at most a mebibyte', async () => {
    expect(await faultsOf({ files: { 'a.yaml/b': '' }, argv: ['--config', 'a.yaml'] })).toEqual([
      '--config: a.yaml is not a file',
    ])
    expect(await faultsOf(named('a.json', ' '.repeat(1024 * 1024 + 1)))).toEqual([
      '--config: a.json is larger than 1 MiB',
    ])
    for (const name of ['a.yaml', 'a.json']) {
      expect(await faultsOf(named(name, new Uint8Array([0x61, 0xff])))).toEqual([
        `${name}: is not UTF-8 text`,
      ])
    }
    expect(await faultsOf({ argv: ['--config', 'a\u0000b.yaml'] })).toEqual([
      expect.stringMatching(/^--config: a\\u[{]0[}]b[.]yaml cannot be read/),
    ])
  })

  test('must hold a map', async () => {
    for (const [name, text] of [
      ['a.yaml', '[]'],
      ['a.yaml', 'text'],
      ['a.json', '5'],
      ['a.mjs', 'export default "text"'],
    ] as const) {
      expect(await faultsOf(named(name, text))).toEqual(['file: must be a map of settings'])
    }
  })
})

describe('YAML', () => {
  test('tells faults of syntax with line and column', async () => {
    expect(await faultsOf(named('a.yaml', 'port: 1\nport: 2\n'))).toEqual([
      'a.yaml:2:1: map keys must be unique',
    ])
    expect(await faultsOf(named('a.yaml', 'port: 1\n---\nport: 2\n'))).toEqual([
      expect.stringMatching(/^a[.]yaml:2:1: /),
    ])
  })

  test('says that a glob needs quotes', async () => {
    const text = 'timeseries:\n  - match: **\n  - match: [ *.a ]\n'
    const message = 'a text that begins with "*" needs quotes, as in match: "**"'
    expect(await faultsOf(named('a.yaml', text))).toEqual([
      `a.yaml:2:12: ${message}`,
      `a.yaml:3:14: ${message}`,
    ])
  })

  test.each([
    'redis: "redis://:hunter2"hunter2',
    'redis: !hunter2 x',
    'redis: !!hunter2 x',
    'redis: *hunter2',
    'redis: "\\hunter2"',
    '%hunter2\n---\nredis: x',
    'redis: |hunter2\n  x',
    'redis: @hunter2',
    'redis: [hunter2',
    'redis: }hunter2',
    'redis: hunter2: hunter2: x',
    '"hunter2',
  ])('does not repeat what it could not read: %j', async (text) => {
    const { message, faults } = await refusal(named('a.yaml', text))
    expect(faults[0]?.path).toMatch(/^a[.]yaml:\d+:\d+$/)
    expect(message).not.toContain('hunter2')
  })

  test('takes aliases, but no bombs', async () => {
    const shared = `
      timeseries:
        - { name: a, match: a, type: set, intervals: &usual { minute: { step: 60 } } }
        - { name: b, match: b, type: set, intervals: *usual }`
    const { timeseries } = await load(named('a.yaml', shared))
    expect(timeseries[1]?.intervals).toEqual(timeseries[0]?.intervals)

    const line = (name: string, inner: string) => `${name}: &${name} [${Array(9).fill(inner).join(', ')}]\n`
    const bomb = line('a', 'x') + line('b', '*a') + line('c', '*b') + line('d', '*c') + line('e', '*d')
    expect(await faultsOf(named('a.yaml', bomb))).toEqual(['a.yaml: uses its aliases too often'])
    const many = `a: &a x\nb: [${Array(5_000).fill('*a').join(', ')}]`
    expect(await faultsOf(named('a.yaml', many))).toEqual([expect.stringMatching(/more than 100 aliases$/)])
    expect((await refusal(named('a.yaml', 'a: &a [ *a ]'))).faults.length).toBeGreaterThan(0)
  })

  test.each([
    ['['.repeat(100_000)],
    ['{a: '.repeat(100_000)],
    ['- '.repeat(100_000)],
    ['? '.repeat(100_000)],
    [Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
    ['['.repeat(100) + ']'.repeat(100)],
  ])('nested too deeply is refused: %.20j…', async (text) => {
    expect(await faultsOf(named('a.yaml', text))).toEqual(['a.yaml: is nested more than 64 levels deep'])
  })

  test('may be nested where settings are', async () => {
    const flow = `{"timeseries": [{"name": "a", "match": ["a", "b"], "type": "set", "intervals": {"i": {"step": 60}}}]}`
    expect((await load(named('a.yaml', flow))).timeseries).toHaveLength(1)
  })
})

describe('JSON', () => {
  test('is strict, and a fault has a line and a column', async () => {
    expect(await faultsOf(named('a.json', '{\n  "port": 1,\n}'))).toEqual([
      'a.json:3:1: is not valid JSON from here on',
    ])
    expect(await faultsOf(named('a.json', ''))).toEqual(['a.json:1:1: is not valid JSON from here on'])
    expect(await faultsOf(named('a.json', '{"port": 1'))).toEqual([
      'a.json:1:11: is not valid JSON from here on',
    ])
  })

  test('does not repeat what it could not read', async () => {
    expect((await refusal(named('a.json', '{"redis": "redis://:hunter2@h"" }'))).message).not.toContain(
      'hunter2',
    )
    expect((await refusal(named('a.json', 'hunter2'))).message).not.toContain('hunter2')
  })
})

describe('a module', () => {
  const notPlain =
    'a.mjs: exports something that is not plain data: only maps, lists, texts, numbers and booleans are'

  test.each([
    ['throw new Error("boom \\u001b[1m")', 'a.mjs: throws when it is loaded: boom \\u{1b}[1m'],
    ['throw null', 'a.mjs: throws when it is loaded: not an Error'],
    ['export default { get port() { throw new Error("late") } }', 'a.mjs: throws when it is loaded: late'],
    ['export default () => ({})', 'a.mjs: exports a function: export the settings themselves'],
    ['export default { port: () => 1 }', notPlain],
    ['export default new Map()', notPlain],
    ['export default { limits: new Date() }', notPlain],
    ['export default { timeseries: [/a/] }', notPlain],
    ['export const settings = {}', 'a.mjs: exports nothing by default and no config'],
  ])('%s is refused', async (text, fault) => {
    expect(await faultsOf(named('a.mjs', text))).toEqual([fault])
  })

  test('with a fault of syntax is refused', async () => {
    expect(await faultsOf(named('a.mjs', 'export default {'))).toEqual([expect.stringMatching(/^a[.]mjs: /)])
  })
})
