import type { Store } from '../kairos/index.ts'
import type { Live } from '../live/index.ts'
import type { OperationLimits } from './operation.ts'

/** What resolvers are given, whatever the transport. */
export interface Context {
  readonly store: Store
  readonly live: Live
  readonly limits: OperationLimits
  /** aborts when the client goes, where the transport tells */
  readonly signal?: AbortSignal | undefined
}
