import type { ConnectionState, KairosError } from 'kairos/client'

/** How true what a chart shows is, and why it shows nothing. Times in Unix seconds. */
export type Condition =
  /** nothing is known yet */
  | { readonly kind: 'loading' }
  /** a part of the past is not known yet */
  | { readonly kind: 'reading' }
  /** what the server has, now */
  | { readonly kind: 'live' }
  /** nothing was recorded in what is shown */
  | { readonly kind: 'empty'; readonly live: boolean }
  /** the server is away, or its Redis; what is shown was true then, null where nothing is */
  | { readonly kind: 'stale'; readonly since: number | null; readonly closed: boolean }
  /** the server says why; `retried` by itself, or only when asked to */
  | { readonly kind: 'refused'; readonly error: KairosError; readonly retried: boolean }
  /** a part of the past, as it was read */
  | { readonly kind: 'history' }

export interface Known {
  readonly connection: ConnectionState
  /** why it cannot be shown, whatever the connection does */
  readonly refusal: KairosError | null
  /** of what is followed; null before anything is known of it */
  readonly live: {
    readonly live: boolean
    readonly asOf: number | null
    readonly error: KairosError | null
  } | null
  /** whether a part of the past is shown, and whether it has been read */
  readonly history: 'none' | 'awaited' | 'read'
  /** whether there is anything in what is shown */
  readonly filled: boolean
}

export function conditionOf({ connection, refusal, live, history, filled }: Known): Condition {
  const away = connection.kind === 'live' ? connection.storeAwaySince : null
  if (away !== null && history === 'none') return { kind: 'stale', since: live?.asOf ?? null, closed: false }
  const error = refusal ?? (history === 'none' ? live?.error : null)
  if (connection.kind === 'live' && error)
    // A watch is tried again by itself; what was asked once is not.
    return { kind: 'refused', error, retried: refusal === null && error.isPassing }
  if (history === 'read') return filled ? { kind: 'history' } : { kind: 'empty', live: false }
  if (connection.kind === 'reconnecting' || connection.kind === 'closed')
    return { kind: 'stale', since: live?.asOf ?? null, closed: connection.kind === 'closed' }
  if (history === 'awaited') return { kind: 'reading' }
  if (!live || live.asOf === null) return { kind: 'loading' }
  // The connection is back, and the server has yet to say what was missed.
  if (!live.live) return { kind: 'stale', since: live.asOf, closed: false }
  return filled ? { kind: 'live' } : { kind: 'empty', live: true }
}

export function isSameCondition(a: Condition, b: Condition): boolean {
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))]
  return left.length === right.size && left.every(([key, value]) => right.get(key) === value)
}
