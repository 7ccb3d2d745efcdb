import type { Context as TraceContext } from '@opentelemetry/api'
import type { Identity } from '../../auth/index.ts'
import type { Context } from '../../graphql/context.ts'

/** Who asks, over whatever transport. */
export interface Caller {
  readonly identity: Identity
  /** where from: an IP address */
  readonly address: string
  /** of its request, or of that which opened its WebSocket */
  readonly requestId: string
  /** of the request; over a WebSocket where an operation says nothing else */
  readonly trace: TraceContext
}

/** What resolvers are given for one operation; `resumeAfter` as there. */
export type ContextOf = (caller: Caller, resumeAfter?: string) => Context
