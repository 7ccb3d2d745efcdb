import { Kind, type ValueNode } from 'graphql'
import type { Value } from '../../kairos/index.ts'
import { builder } from '../builder.ts'
import { badInput } from '../errors.ts'

builder.scalarType('Value', {
  description:
    "One stored value: a string, a finite number or a boolean, as the definition's `valueType` says.",
  serialize: (value) => value,
  parseValue,
  parseLiteral: (node) => parseValue(literal(node)),
})

function parseValue(value: unknown): Value {
  const scalar = typeof value === 'string' || typeof value === 'boolean'
  if (scalar || (typeof value === 'number' && Number.isFinite(value))) return value
  throw badInput('a Value is a string, a finite number or a boolean')
}

function literal(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value
    case Kind.FLOAT:
      return Number(node.value)
    case Kind.INT:
      if (!Number.isSafeInteger(Number(node.value)))
        throw badInput('a whole number must lie within ±(2^53−1)')
      return Number(node.value)
    default:
      return undefined
  }
}
