import type { GraphQLSchema } from 'graphql'
import { builder } from './builder.ts'
import './scalars/timestamp.ts'
import './scalars/value.ts'
import './types/catalogue.ts'
import './types/definition.ts'
import './types/delete.ts'
import './types/info.ts'
import './types/insert.ts'
import './types/series.ts'
import './types/series-update.ts'

/** The schema that is served; `schema/schema.graphql` is its print. */
export const schema: GraphQLSchema = builder.toSchema()
