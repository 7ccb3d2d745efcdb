import type { Store } from '../kairos/index.ts'
import type { Live } from '../live/index.ts'

/** What resolvers are given, whatever the transport. */
export interface Context {
  readonly store: Store
  readonly live: Live
  /** aborts when the client goes, where the transport tells */
  readonly signal?: AbortSignal | undefined
}
