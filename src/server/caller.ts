import type { Context } from '../graphql/context.ts'

/** Who asks, over whatever transport. */
export interface Caller {
  /** where from: an IP address */
  readonly address: string
}

/** What resolvers are given for one operation; `signal` aborts when its client is gone. */
export type ContextOf = (caller: Caller, signal?: AbortSignal) => Context
