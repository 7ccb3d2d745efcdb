import type { Live } from '../live/index.ts'
import type { GuardedStore } from './guarded-store.ts'

/** What resolvers are given, whatever the transport. */
export interface Context {
  /** in the caller's name */
  readonly store: GuardedStore
  readonly live: Live
  /**
   * aborts when the client goes, where the transport tells, or when a token is good for it no longer; subscriptions then
   * end with the reason
   */
  readonly signal?: AbortSignal | undefined
}
