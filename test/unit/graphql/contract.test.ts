import { readFileSync } from 'node:fs'
import {
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../../src/graphql/schema.ts'

const contract = buildSchema(readFileSync(new URL('../../golden/contract.graphql', import.meta.url), 'utf8'))

test('the schema has everything that was promised, under the same names, arguments, defaults and nullability', () => {
  expect(findBreakingChanges(contract, schema)).toEqual([])
  // Adding is welcome: whoever does not know of an argument that may be left out is not in danger.
  const dangerous = findDangerousChanges(contract, schema)
  expect(dangerous.filter(({ type }) => type !== DangerousChangeType.OPTIONAL_ARG_ADDED)).toEqual([])
})

test('every type, field, argument, enum value and input field has a description', () => {
  const described = describedParts(schema)
  expect(described.size).toBeGreaterThan(150)
  expect([...described].filter(([, description]) => !description?.trim()).map(([path]) => path)).toEqual([])
})

test('what the contract says of a thing, its description says in the same words', () => {
  const described = describedParts(schema)
  const words = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
  const promised = [...describedParts(contract)].filter(([, description]) => description)
  expect(promised.length).toBeGreaterThan(70)
  for (const [path, description] of promised)
    expect(words(described.get(path) ?? ''), path).toContain(words(description ?? ''))
})

/** Everything in a schema of ours that can be described, by its path: `Series.column(fill:)`. */
function describedParts(all: GraphQLSchema): Map<string, string | null | undefined> {
  const types = Object.values(all.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
  )
  return new Map(types.flatMap((type) => [[type.name, type.description] as const, ...partsOf(type)]))
}

function partsOf(
  type: GraphQLNamedType,
): (readonly [path: string, description: string | null | undefined])[] {
  if (isEnumType(type))
    return type.getValues().map(({ name, description }) => [`${type.name}.${name}`, description] as const)
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map(
      ({ name, description }) => [`${type.name}.${name}`, description] as const,
    )
  if (!isObjectType(type)) return []
  return Object.values(type.getFields()).flatMap(({ name, description, args }) => [
    [`${type.name}.${name}`, description] as const,
    ...args.map((arg) => [`${type.name}.${name}(${arg.name}:)`, arg.description] as const),
  ])
}
