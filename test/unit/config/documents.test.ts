import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { flags } from '../../../src/config/flags.ts'
import { configJsonSchema } from '../../../src/config/json-schema.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import {
  authSchema,
  intervalSchema,
  jwtSchema,
  limitsSchema,
  ruleSchema,
  settingsSchema,
  tokenSchema,
} from '../../../src/config/settings.ts'
import { folderWith, load } from './folder.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const text = (path: string): Promise<string> => readFile(root + path, 'utf8')

test('the JSON Schema is fresh: node scripts/print-config-schema.mjs writes it', async () => {
  expect(await text('schema/kairos.config.schema.json')).toBe(configJsonSchema())
})

test('the JSON Schema describes every setting', () => {
  const undescribed: string[] = []
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return
    for (const [key, inner] of Object.entries(schema)) {
      if (key !== 'properties') visit(inner, `${path}/${key}`)
      else {
        for (const [name, property] of Object.entries<{ description?: string }>(inner)) {
          if (!property.description) undescribed.push(`${path}/${name}`)
          visit(property, `${path}/${name}`)
        }
      }
    }
  }
  visit(JSON.parse(configJsonSchema()), '')
  expect(undescribed).toEqual([])
})

test('kairos.example.yaml is the built-in demo', async () => {
  const cwd = await folderWith({ 'example.yaml': await text('kairos.example.yaml') })
  const [demo, example] = await Promise.all([
    loadConfig({ argv: [], env: {}, cwd }),
    loadConfig({ argv: ['--config', 'example.yaml'], env: {}, cwd }),
  ])
  expect({ ...example, file: null }).toEqual(demo)
})

test('the settings behind a # in kairos.example.yaml are the defaults', async () => {
  const commented = (await text('kairos.example.yaml')).matchAll(
    /^# ((port|host|logLevel|prefix|layout|monitor|limits): .*)$/gm,
  )
  const lines = [...commented].map((match) => match[1])
  expect(lines).toHaveLength(7)
  const { file: _, redis: __, ...defaults } = await load({})
  expect(await load({ files: { 'kairos.yaml': lines.join('\n') } })).toMatchObject(defaults)
})

test('every example of docs/configuration.md is a configuration', async () => {
  const examples = [...(await text('docs/configuration.md')).matchAll(/^```yaml\n(.*?)^```/gms)]
  expect(examples.length).toBeGreaterThanOrEqual(3)
  for (const [, yaml = ''] of examples) await load({ files: { 'kairos.yaml': yaml } })
})

test('docs/configuration.md names every setting, flag and variable', async () => {
  const docs = await text('docs/configuration.md')
  const schemas = [
    settingsSchema,
    ruleSchema,
    intervalSchema,
    limitsSchema,
    authSchema,
    tokenSchema,
    jwtSchema,
  ]
  const settings = schemas.flatMap(({ shape }) => Object.keys(shape)).filter((key) => key !== '$schema')
  const given = flags.flatMap(({ flag, variable }) => [`\`${flag}\``, `\`${variable}\``])
  for (const name of [...settings, ...given]) expect(docs).toContain(name)
})
