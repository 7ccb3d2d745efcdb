import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga'
import type { Context } from '../graphql/context.ts'
import { presentError } from '../graphql/errors.ts'
import { schema } from '../graphql/schema.ts'
import type { Log } from '../log.ts'
import { subjectsOf } from './example-series.ts'
import { graphiql } from './graphiql.ts'
import { useOperationLimits } from './use-operation-limits.ts'
import { useValidationCodes } from './use-validation-codes.ts'

export type Yoga = YogaServerInstance<Record<string, unknown>, Context>

export interface GraphQLOptions {
  readonly context: Context
  readonly plugins: readonly Plugin[]
  readonly log: Log
}

/** GraphQL over HTTP and SSE at `/graphql`, and GraphiQL for browsers. */
export function createGraphQL({ context, plugins, log }: GraphQLOptions): Yoga {
  const { options, render } = graphiql(() => subjectsOf(context.store))
  const present = (error: unknown) => presentError(error, reporter(log))
  return createYoga<Record<string, unknown>, Context>({
    schema,
    context,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    cors: false,
    logging: false,
    graphiql: options,
    renderGraphiQL: render,
    maskedErrors: { maskError: present },
    plugins: [useOperationLimits(), useValidationCodes(present), ...plugins],
  })
}

/** What a client is not told goes to the log: the mistake, not the data it was made on. */
export function reporter(log: Log): (cause: unknown) => void {
  return (cause) => log.error(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause))
}
