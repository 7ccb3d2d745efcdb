import type { Store } from '../kairos/index.ts'
import type { Live } from '../live/index.ts'

/** What one operation may take. */
export interface OperationLimits {
  /** buckets × series × values of each, of all that it reads */
  readonly maxCost: number
  /** stored values, of all that it reads */
  readonly maxValues: number
}

/** What resolvers are given, whatever the transport. */
export interface Context {
  readonly store: Store
  readonly live: Live
  readonly limits: OperationLimits
  /** Counts a subscription, until what is given is called. Throws RATE_LIMITED where there are too many. */
  readonly beginSubscription: () => () => void
  /** aborts when the client goes, where the transport tells */
  readonly signal?: AbortSignal | undefined
}
