import { readFileSync } from 'node:fs'
import {
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
} from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../../src/graphql/schema.ts'

const contract = buildSchema(readFileSync(new URL('../../golden/contract.graphql', import.meta.url), 'utf8'))

test('the schema has everything that was promised, under the same names, arguments, defaults and nullability', () => {
  expect(findBreakingChanges(contract, schema)).toEqual([])
  expect(findDangerousChanges(contract, schema)).toEqual([])
})

test('every argument, input field and enum value has a description, and every field but those that only name a thing', () => {
  const plain = new Set([
    'name',
    'type',
    'description',
    'interval',
    'definition',
    'node',
    'pageInfo',
    'edges',
  ])
  const silent = Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap(undescribed)
    .filter((path) => !plain.has(path.split('.')[1] ?? ''))
  expect(silent).toEqual([])
})

/** Paths of what the type has that does not say what it is. */
function undescribed(type: GraphQLNamedType): string[] {
  const silent = (all: readonly { name: string; description?: string | null | undefined }[], path: string) =>
    all.filter(({ description }) => !description).map(({ name }) => `${path}.${name}`)
  if (isEnumType(type)) return silent(type.getValues(), type.name)
  if (isInputObjectType(type)) return silent(Object.values(type.getFields()), type.name)
  if (!isObjectType(type)) return []
  const fields = Object.values(type.getFields())
  return [
    ...silent(fields, type.name),
    ...fields.flatMap((field) => silent(field.args, `${type.name}.${field.name}()`)),
  ]
}
