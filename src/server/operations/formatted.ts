import type { GraphQLError, GraphQLFormattedError } from 'graphql'

/** A presented error as it is sent where HTTP has nothing to tell of it: on a socket, or in a stream that has begun. */
export function formatted(error: GraphQLError): GraphQLFormattedError {
  const { extensions: { http, ...extensions } = {}, ...rest } = error.toJSON()
  return { ...rest, extensions }
}
