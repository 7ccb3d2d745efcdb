import type { Context as TraceContext } from '@opentelemetry/api'
import type { Live } from '../live/index.ts'
import type { GuardedStore } from './guarded-store.ts'

/** What one operation may take. */
export interface OperationLimits {
  /** buckets × series × values of each, of all that it reads */
  readonly maxCost: number
  /** stored values, of all that it reads */
  readonly maxValues: number
}

/** What resolvers are given, whatever the transport. */
export interface Context {
  /** of the request, or of that which opened the WebSocket; for the log */
  readonly requestId: string
  /** beneath which the operation is traced */
  readonly trace: TraceContext
  /** in the caller's name */
  readonly store: GuardedStore
  readonly live: Live
  readonly limits: OperationLimits
  /** Counts a subscription, until what is given is called. Throws RATE_LIMITED where there are too many. */
  readonly beginSubscription: () => () => void
  /** the cursor after which a subscription goes on, whatever its document says; what is no cursor is passed over */
  readonly resumeAfter?: string | undefined
}
