import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga'
import type { Context } from '../graphql/context.ts'
import { presentError } from '../graphql/errors.ts'
import { schema } from '../graphql/schema.ts'
import type { Log } from '../log.ts'
import { anyDocument, type Documents } from './documents.ts'
import { graphiql } from './graphiql.ts'
import { useEventStreams } from './use-event-streams.ts'
import { useOperationLimits } from './use-operation-limits.ts'
import { useOperationRequests } from './use-operation-requests.ts'
import { useValidationCodes } from './use-validation-codes.ts'

export type Yoga = YogaServerInstance<Record<string, unknown>, Context>

export interface GraphQLOptions {
  readonly context: Context
  /** which may be executed; GraphiQL asks and sends what it likes, and is served only where that is any */
  readonly documents: Documents
  readonly plugins: readonly Plugin[]
  readonly log: Log
}

/** GraphQL over HTTP and SSE at `/graphql`, and GraphiQL for browsers. */
export function createGraphQL({ context, documents, plugins, log }: GraphQLOptions): Yoga {
  const { options, render } = graphiql(context.store.definitions)
  const present = (error: unknown) => presentError(error, reporter(log))
  return createYoga<Record<string, unknown>, Context>({
    schema,
    context,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    cors: false,
    logging: false,
    maxRequestBodySize: false, // ours is checked while it is read
    graphiql: documents === anyDocument && options,
    renderGraphiQL: render,
    maskedErrors: { maskError: present },
    plugins: [
      useOperationRequests(documents),
      useEventStreams(),
      useOperationLimits(),
      useValidationCodes(present),
      ...plugins,
    ],
  })
}

/** What a client is not told goes to the log: the mistake, not the data it was made on. */
export function reporter(log: Log): (cause: unknown) => void {
  return (cause) => log.error(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause))
}
