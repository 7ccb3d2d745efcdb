import type { GraphQLError } from 'graphql'
import { createYoga, type YogaServerInstance } from 'graphql-yoga'
import type { Context } from '../graphql/context.ts'
import type { Definition } from '../kairos/index.ts'
import type { Caller, ContextOf } from './caller.ts'
import { graphiql } from './graphiql.ts'
import type { Operations } from './operations/operations.ts'
import { useRefusal } from './rate-limited.ts'
import { useOperations } from './use-operations.ts'

interface ServerContext {
  readonly caller: Caller
  /** why the request is not looked at */
  readonly refused?: GraphQLError | undefined
}

export type Yoga = YogaServerInstance<ServerContext, Context>

export interface GraphQLOptions {
  readonly operations: Operations
  readonly contextOf: ContextOf
  readonly definitions: readonly Definition[]
}

/** GraphQL over HTTP and SSE at `/graphql` as the specifications have it, and GraphiQL for browsers. */
export function createGraphQL({ operations, contextOf, definitions }: GraphQLOptions): Yoga {
  const { options, render } = graphiql(definitions)
  return createYoga<ServerContext, Context>({
    schema: operations.schema,
    context: ({ caller, request }) => contextOf(caller, request.signal),
    graphqlEndpoint: '/graphql',
    landingPage: false,
    cors: false,
    logging: false,
    parserAndValidationCache: false,
    graphiql: options,
    renderGraphiQL: render,
    maskedErrors: { maskError: operations.present },
    plugins: [useOperations(operations), useRefusal()],
  })
}
