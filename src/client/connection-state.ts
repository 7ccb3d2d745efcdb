import type { KairosError } from './kairos-error.ts'

/** What is known of the server. `since` is when it was last heard, in Unix seconds by this machine's clock. */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  /** `storeAwaySince`: the server is there, but its Redis has not answered since then; null while it does */
  | { readonly kind: 'live'; readonly storeAwaySince: number | null }
  | { readonly kind: 'reconnecting'; readonly since: number }
  /** for good: `error` says why the server lets nobody in, and is null where `close` was called */
  | { readonly kind: 'closed'; readonly since: number; readonly error: KairosError | null }
