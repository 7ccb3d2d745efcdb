import { Kind, type ValueNode } from 'graphql'
import { builder } from '../builder.ts'
import { parseTime } from '../time.ts'

builder.scalarType('Timestamp', {
  description: `A point in time: Unix seconds, fractions allowed. Output is always a number.
Input: a number (beyond ±1e11 it is refused, as it looks like milliseconds), an ISO 8601 string with a zone,
or, when reading, a negative ISO 8601 duration before now: \`-PT6H\`, \`-P1D\`.`,
  serialize: Number,
  parseValue: parseTime,
  parseLiteral: (node) => parseTime(literal(node)),
})

function literal(node: ValueNode): unknown {
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return Number(node.value)
  return node.kind === Kind.STRING ? node.value : undefined
}
