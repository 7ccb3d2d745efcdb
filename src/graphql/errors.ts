import { randomUUID } from 'node:crypto'
import { GraphQLError, type GraphQLErrorOptions } from 'graphql'
import { Unauthenticated } from '../auth/index.ts'
import { type ErrorCode, KairosError, type LimitName as StoreLimitName } from '../kairos/index.ts'

/** A mistake of the caller's, with its code. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}

/** Of the caller, or of all callers, at once, or within ten seconds. */
type CallerLimit =
  | 'maxRequestsPerSecond'
  | 'maxSubscriptions'
  | 'maxSubscriptionsPerIdentity'
  | 'maxSocketsPerAddress'
  | 'memory'

/**
 * What may be in the way of an operation: a setting, how large a `request` or its `document` may be, the `memory` that there
 * is for all clients together, or how much is `pending`, waiting for Redis.
 */
export type LimitName = StoreLimitName | CallerLimit | 'maxCost' | 'request' | 'document'

/** An error that knows what was in the way. */
class LimitError extends GraphQLError {
  readonly limit: LimitName

  constructor(limit: LimitName, message: string, extensions: Record<string, unknown>) {
    super(message, { extensions })
    this.limit = limit
  }
}

/** A document out of all proportion. */
export function tooLarge(message: string): GraphQLError {
  return new LimitError('document', message, { code: 'BAD_USER_INPUT' })
}

/** An operation that reads or computes more than one may. */
export function tooExpensive(message: string): GraphQLError {
  return new LimitError('maxCost', message, { code: 'RANGE_TOO_LARGE' })
}

/** More than a caller may have; `retryAfter` is in how many seconds it may come again. */
export function rateLimited(limit: CallerLimit, message: string, retryAfter: number): GraphQLError {
  const headers = { 'retry-after': String(retryAfter) }
  // `spec`: an answer in application/json has status 200 nevertheless, as GraphQL over HTTP wants it.
  const http = { status: 429, headers, spec: true }
  return new LimitError(limit, message, { code: 'RATE_LIMITED', retryAfter, http })
}

/** Something that the caller may not do. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } })
}

/** What is wrong with one element of a list of inserts. */
interface InsertFault {
  readonly index: number
  readonly code: ErrorCode | 'FORBIDDEN'
  readonly message: string
}

/** A list of inserts of which some may not be written; its code is that of the first fault. */
export function refusedInserts(message: string, faults: readonly InsertFault[]): GraphQLError {
  return new GraphQLError(message, { extensions: { code: faults[0]?.code, ...shown(faults) } })
}

/** How many faults of a list of inserts an error names. */
const MOST_FAULTS = 100

/** An error as a client sees it. */
class PresentedError extends GraphQLError {
  /** not for the client */
  readonly #limit: LimitName | undefined

  constructor(message: string, options: GraphQLErrorOptions, limit: LimitName | undefined) {
    super(message, options)
    this.#limit = limit
  }

  get limit(): LimitName | undefined {
    return this.#limit
  }
}

/** Which limit a presented error is about. */
export function limitOf(error: GraphQLError): LimitName | undefined {
  return error instanceof PresentedError ? error.limit : undefined
}

/**
 * The one path of errors to a client: what the engine says keeps its code, what GraphQL says of the document or its
 * variables is BAD_USER_INPUT, and anything else is a mistake of ours: `report` hears it, the client only INTERNAL, and
 * both the id of the request, or where many share it, one of its own.
 * Transports may ask more than once: what was presented stays as it is.
 */
export function presentError(
  error: unknown,
  report: (cause: unknown, requestId: string) => void,
  requestId: string = randomUUID(),
): GraphQLError {
  const cause = rootCause(error)
  if (cause instanceof PresentedError) return cause
  if (cause instanceof KairosError)
    return located(error, cause.message, { code: cause.code, ...shown(cause.faults) }, cause.limit)
  if (cause instanceof Unauthenticated) return located(error, cause.message, UNAUTHENTICATED)
  if (error instanceof GraphQLError && cause instanceof GraphQLError) {
    const { code, http, ...rest } = { ...error.extensions, ...cause.extensions }
    const known = typeof code === 'string' && OURS.has(code)
    const extensions = {
      ...(known ? { code, ...rest } : { code: 'BAD_USER_INPUT' }),
      ...(http === undefined ? {} : { http }),
    }
    return located(error, error.message, extensions, cause instanceof LimitError ? cause.limit : undefined)
  }
  report(cause, requestId)
  const message = 'Something went wrong in the server; its log says what.'
  return located(error, message, { code: 'INTERNAL', requestId })
}

/** As HTTP has it, where it is HTTP that is answered. */
const UNAUTHENTICATED = {
  code: 'UNAUTHENTICATED',
  http: { status: 401, headers: { 'www-authenticate': 'Bearer' } },
}

const OURS = new Set(['BAD_USER_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED', 'RATE_LIMITED', 'RANGE_TOO_LARGE'])

/** GraphQL wraps what was thrown in an error that says where; some wrap it again. */
function rootCause(error: unknown): unknown {
  let cause = error
  while (cause instanceof GraphQLError && !(cause instanceof PresentedError) && cause.originalError)
    cause = cause.originalError
  return cause
}

function shown(faults: readonly InsertFault[]) {
  return faults.length === 0 ? {} : { faults: faults.slice(0, MOST_FAULTS), faultCount: faults.length }
}

/** UTF-16 code units of a message: some repeat what a client sent, which may be a whole body. */
const LONGEST_MESSAGE = 2000

/** Another error at the same place of the document. */
function located(
  error: unknown,
  text: string,
  extensions: Record<string, unknown>,
  limit?: LimitName,
): GraphQLError {
  const message = text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text
  if (!(error instanceof GraphQLError)) return new PresentedError(message, { extensions }, limit)
  const { nodes, source, positions, path } = error
  const place = {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
  }
  return new PresentedError(message, { ...place, extensions }, limit)
}
