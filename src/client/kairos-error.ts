/**
 * What can go wrong, as a caller tells it apart; `extensions.code` of the server's errors.
 *
 * - `BAD_USER_INPUT`: an argument is of the wrong type, out of range or contradicts another
 * - `UNKNOWN_SERIES`: no definition matches the name
 * - `UNKNOWN_INTERVAL`: the series has no interval of that name; the message lists those it has
 * - `TYPE_MISMATCH`: series that differ cannot be joined, or a Redis key holds a foreign type
 * - `RANGE_TOO_LARGE`: more buckets or values than may be read at once
 * - `UNAUTHENTICATED`: the token is missing, invalid or expired
 * - `FORBIDDEN`: the token, or the page's origin, does not allow it
 * - `RATE_LIMITED`: too much at once; `retryAfter` says in how many seconds it may come again
 * - `STORE_UNAVAILABLE`: the server, or its Redis, cannot be reached; repeat a write with the same `id`
 * - `INTERNAL`: a mistake of the server's, whose log says more
 */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNKNOWN_SERIES'
  | 'UNKNOWN_INTERVAL'
  | 'TYPE_MISMATCH'
  | 'RANGE_TOO_LARGE'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'STORE_UNAVAILABLE'
  | 'INTERNAL'

/** What is wrong with one element of `insertMany`. `index` counts from 0. */
export interface InsertFault {
  readonly index: number
  readonly code: ErrorCode
  readonly message: string
}

/** The only error that the client throws on purpose; its message is the server's own sentence where it comes from there. */
export class KairosError extends Error {
  override readonly name = 'KairosError'
  readonly code: ErrorCode
  /** seconds, after which it may be tried again; null where the server did not say */
  readonly retryAfter: number | null
  /** of `insertMany`: the first 100 elements that are wrong; otherwise empty */
  readonly faults: readonly InsertFault[]
  /** how many elements are wrong, those that are not listed included */
  readonly faultCount: number

  constructor(
    code: ErrorCode,
    message: string,
    {
      retryAfter = null,
      faults = [],
      faultCount = faults.length,
    }: { retryAfter?: number | null; faults?: readonly InsertFault[]; faultCount?: number } = {},
  ) {
    super(message)
    this.code = code
    this.retryAfter = retryAfter
    this.faults = faults
    this.faultCount = faultCount
  }

  /** whether the same may succeed later: what was asked is not in the way */
  get isPassing(): boolean {
    return !FINAL[this.code]
  }
}

/** Of codes: whether what was asked is in the way, so that the same will be refused again. */
const FINAL: { readonly [Code in ErrorCode]: boolean } = {
  BAD_USER_INPUT: true,
  UNKNOWN_SERIES: true,
  UNKNOWN_INTERVAL: true,
  TYPE_MISMATCH: true,
  RANGE_TOO_LARGE: true,
  UNAUTHENTICATED: true,
  FORBIDDEN: true,
  RATE_LIMITED: false,
  STORE_UNAVAILABLE: false,
  INTERNAL: false,
}

/** A GraphQL error, as far as it is looked into. */
interface GraphQLFormattedError {
  readonly message: string
  readonly extensions?: { readonly [key: string]: unknown }
}

/** The first of a reply's errors, which is the one to mend first. */
export function errorOf([first]: readonly GraphQLFormattedError[]): KairosError {
  const { code, retryAfter, faults, faultCount } = first?.extensions ?? {}
  return new KairosError(
    isErrorCode(code) ? code : 'INTERNAL',
    first?.message ?? 'The server ended the operation.',
    {
      ...(typeof retryAfter === 'number' ? { retryAfter } : {}),
      ...(Array.isArray(faults) ? { faults } : {}),
      ...(typeof faultCount === 'number' ? { faultCount } : {}),
    },
  )
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(FINAL, code)
}
