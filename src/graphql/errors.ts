import { GraphQLError } from 'graphql'
import { KairosError } from '../kairos/index.ts'

/** A mistake of the caller's, with its code. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}

/** How many faults of a list of inserts an error names. */
const MOST_FAULTS = 100

/**
 * The one path of errors to a client: what the engine says keeps its code, what GraphQL says of the document or its
 * variables is BAD_USER_INPUT, and anything else is a mistake of ours: `report` hears it, the client only INTERNAL.
 */
export function presentError(error: unknown, report: (cause: unknown) => void): GraphQLError {
  const cause = error instanceof GraphQLError ? rootCause(error) : error
  if (cause instanceof KairosError)
    return located(error, cause.message, { code: cause.code, ...faultsOf(cause) })
  if (error instanceof GraphQLError && (cause === undefined || cause instanceof GraphQLError)) {
    const { code, http } = { ...error.extensions, ...cause?.extensions }
    const known = typeof code === 'string' && OURS.has(code)
    return located(error, error.message, {
      code: known ? code : 'BAD_USER_INPUT',
      ...(http === undefined ? {} : { http }),
    })
  }
  report(cause)
  return located(error, 'Something went wrong in the server; its log says what.', { code: 'INTERNAL' })
}

const OURS = new Set(['BAD_USER_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED', 'RATE_LIMITED', 'RANGE_TOO_LARGE'])

function rootCause(error: GraphQLError): unknown {
  let cause: unknown = error.originalError
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError
  return cause
}

function faultsOf({ faults }: KairosError) {
  return faults.length === 0 ? {} : { faults: faults.slice(0, MOST_FAULTS), faultCount: faults.length }
}

/** Another error at the same place of the document. */
function located(error: unknown, message: string, extensions: Record<string, unknown>): GraphQLError {
  if (!(error instanceof GraphQLError)) return new GraphQLError(message, { extensions })
  const { nodes, source, positions, path } = error
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions,
  })
}
