import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Config } from '../../../src/config/config.ts'
import { ConfigError } from '../../../src/config/config-error.ts'
import { demo } from '../../../src/config/demo.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { folderWith } from './folder.ts'

/** A valid configuration or a ConfigError with faults; anything else fails the test. */
const lawful = async (loading: Promise<Config>): Promise<void> => {
  const outcome = await loading.catch((error: unknown) => error)
  if (outcome instanceof ConfigError) {
    expect(outcome.faults.length).toBeGreaterThan(0)
    expect(outcome.message.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
  } else {
    expect(outcome).toHaveProperty('timeseries')
  }
}

const name = fc.constantFrom('__proto__', 'constructor', '', 'a:b', '\u0000', '\ud800', 'step', 'steps', '0')

const odd = fc.oneof(
  name,
  fc.constantFrom('***', '5m', 'daily', '1d', 'Europe/Berlin', 'count', 'x'.repeat(300)),
  fc.constantFrom(-0, -1, 0.5, 7, 1e11, 1e300),
  fc.jsonValue({ maxDepth: 3 }),
)

test('text of any kind as a file is a configuration or a ConfigError', async () => {
  const cwd = await folderWith({})
  const piece = fc.constantFrom(
    'timeseries',
    ': ',
    '\n',
    '  ',
    '- ',
    '*a',
    '&a',
    '{',
    '}',
    '[',
    ']',
    '"',
    '!',
    '%',
    '|',
    'port',
    '5',
    ',',
    '#',
    '?',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
  )
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom('a.yaml', 'a.json'), async (content, name) => {
      await writeFile(join(cwd, name), content)
      await lawful(loadConfig({ argv: ['--config', name], env: {}, cwd }))
    }),
    { numRuns: 150 },
  )
})

test('any flags and variables are a configuration or a ConfigError', async () => {
  const cwd = await folderWith({})
  const word = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '--port',
      '--redis',
      '--host=',
      '--config',
      '--',
      '-',
      '-h',
      '--no-port',
      '--port=1',
      '--__proto__',
      '0',
      '::1',
    ),
  )
  const names = fc.constantFrom('PORT', 'HOST', 'REDIS_URL', 'LOG_LEVEL', 'KAIROS_CONFIG', '__proto__')
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { maxLength: 8 }),
      fc.dictionary(names, fc.string({ unit: 'binary' })),
      async (argv, env) => {
        await lawful(loadConfig({ argv, env, cwd }))
      },
    ),
    { numRuns: 150 },
  )
})

test('the demo with anything put anywhere is a configuration or a ConfigError', async () => {
  const cwd = await folderWith({})
  const places: (string | number)[][] = []
  const collect = (value: unknown, path: (string | number)[]): void => {
    places.push(path)
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value))
      collect(inner, [...path, Array.isArray(value) ? Number(key) : key])
  }
  collect(demo, [])
  const put = (target: unknown, [key, ...rest]: (string | number)[], value: unknown): unknown => {
    if (key === undefined) return value
    const copy = Object.assign(Array.isArray(target) ? [] : {}, target)
    const inner: unknown = Object.getOwnPropertyDescriptor(copy, key)?.value
    return Object.defineProperty(copy, key, { value: put(inner, rest, value), enumerable: true })
  }
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), odd, fc.option(name), async (place, value, key) => {
      const settings = put(demo, key === null ? place : [...place, key], value)
      await writeFile(join(cwd, 'a.json'), JSON.stringify(settings))
      await lawful(loadConfig({ argv: ['--config', 'a.json'], env: {}, cwd }))
    }),
    { numRuns: 150 },
  )
})
