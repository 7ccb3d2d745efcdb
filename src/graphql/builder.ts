import SchemaBuilder from '@pothos/core'
import type { Value } from '../kairos/index.ts'
import type { Context } from './context.ts'
import type { Time } from './time.ts'

/** The one builder; a file for each type adds its fields and its root fields. */
export const builder = new SchemaBuilder<{
  Context: Context
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    Timestamp: { Input: Time; Output: number }
    Value: { Input: Value; Output: Value }
  }
}>({ defaultFieldNullability: false })

builder.queryType({ description: 'What is recorded, and what it amounts to.' })
builder.mutationType({ description: 'Recording values, and deleting them.' })
builder.subscriptionType({
  description: 'Series that stay current: over WebSocket (`graphql-transport-ws`) or Server-Sent Events.',
})
