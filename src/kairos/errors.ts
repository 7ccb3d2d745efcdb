/**
 * What can go wrong, as a caller tells it apart.
 *
 * - `BAD_USER_INPUT`: an argument is of the wrong type, out of range or contradicts another
 * - `UNKNOWN_SERIES`: no rule of the configuration matches the name
 * - `UNKNOWN_INTERVAL`: the series has no interval of that name; the message lists those it has
 * - `TYPE_MISMATCH`: series that differ cannot be joined, or a Redis key holds a foreign type
 * - `RANGE_TOO_LARGE`: the read covers more buckets, or would load more stored values, than allowed
 * - `STORE_UNAVAILABLE`: Redis cannot be reached or cannot serve; repeat a write with the same `id`
 */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNKNOWN_SERIES'
  | 'UNKNOWN_INTERVAL'
  | 'TYPE_MISMATCH'
  | 'RANGE_TOO_LARGE'
  | 'STORE_UNAVAILABLE'

/** What is wrong with one element of a list of inserts. `index` counts from 0. */
export interface InsertFault {
  readonly index: number
  readonly code: ErrorCode
  readonly message: string
}

/** The message for a list of inserts that was refused: the first fault, and how many more there are. */
export function faultsSentence(
  faults: readonly { readonly index: number; readonly message: string }[],
): string {
  const [first, ...others] = faults
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  return first ? `insert ${first.index}: ${first.message}${more}` : ''
}

/** A setting that bounds what one request may ask for, or how much of all may be `pending`: waiting for Redis. */
export type LimitName = 'maxBuckets' | 'maxValues' | 'maxInserts' | 'maxValueLength' | 'pending'

/** The only error that the engine throws on purpose; its message is meant for the caller's eyes. */
export class KairosError extends Error {
  override readonly name = 'KairosError'
  readonly code: ErrorCode
  /** every faulty element, in order, where a list of inserts was refused; otherwise empty */
  readonly faults: readonly InsertFault[]
  /** which setting was in the way; undefined where none was */
  readonly limit: LimitName | undefined

  constructor(
    code: ErrorCode,
    message: string,
    {
      cause,
      faults = [],
      limit,
    }: { cause?: unknown; faults?: readonly InsertFault[]; limit?: LimitName | undefined } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.faults = faults
    this.limit = limit
  }
}

/** RANGE_TOO_LARGE, since a read would have loaded more stored values than it may. */
export class TooManyValues extends KairosError {
  constructor(most: number) {
    super(
      'RANGE_TOO_LARGE',
      `there are more stored values than the ${most} that may be loaded at once: ask for fewer steps, or fewer series`,
      { limit: 'maxValues' },
    )
  }
}

/** UTF-16 code units of what a message repeats: a name may be as long as a body, and be asked for a hundred times. */
const LONGEST_QUOTE = 512

/** What a caller gave, as it stands in a message. */
export function quoted(text: string): string {
  return text.length > LONGEST_QUOTE ? `"${text.slice(0, LONGEST_QUOTE)}…"` : `"${text}"`
}
