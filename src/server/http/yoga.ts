import type { GraphQLError } from 'graphql'
import { createYoga, type YogaServerInstance } from 'graphql-yoga'
import { Unauthenticated } from '../../auth/index.ts'
import type { Context } from '../../graphql/context.ts'
import type { Caller, ContextOf } from '../operations/caller.ts'
import type { Operations } from '../operations/operations.ts'
import { useOperationRequests } from './use-operation-requests.ts'
import { useOperations } from './use-operations.ts'
import { useOutcomes } from './use-outcomes.ts'
import { useRefusal } from './use-refusal.ts'

/** One HTTP request. */
interface Exchange {
  /** absent where nothing is executed */
  readonly caller?: Caller | undefined
  /** why it is not looked at */
  readonly refused?: GraphQLError | undefined
}

export type Yoga = YogaServerInstance<Exchange, Context>

export interface YogaOptions {
  readonly operations: Operations
  readonly contextOf: ContextOf
}

/** Queries and mutations over HTTP at `/graphql` as the specifications have it. */
export function createGraphQLYoga({ operations, contextOf }: YogaOptions): Yoga {
  return createYoga<Exchange, Context>({
    schema: operations.schema,
    context: ({ caller }) => {
      if (!caller) throw new Unauthenticated('a token is missing')
      return contextOf(caller)
    },
    graphqlEndpoint: '/graphql',
    landingPage: false,
    cors: false,
    logging: false,
    parserAndValidationCache: false,
    maxRequestBodySize: false,
    graphiql: false,
    maskedErrors: { maskError: (error) => operations.present(error) },
    // The refusal comes last: whoever sets what reads a request last has it read.
    plugins: [
      useOutcomes(operations),
      useOperationRequests(operations),
      useOperations(operations),
      useRefusal(),
    ],
  })
}
