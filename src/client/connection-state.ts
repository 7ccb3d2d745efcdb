import type { KairosError } from './kairos-error.ts'

/** What is known of the socket. `since` is when the server was last heard, in Unix seconds by this machine's clock. */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'reconnecting'; readonly since: number }
  /** for good: `error` says why the server lets nobody in, and is null where `close` was called */
  | { readonly kind: 'closed'; readonly since: number; readonly error: KairosError | null }
