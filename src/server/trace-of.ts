import type { IncomingMessage } from 'node:http'
import { context, propagation, type Context as TraceContext, trace } from '@opentelemetry/api'

/** Beneath which a request is traced: the span that an instrumentation of HTTP has begun for it, else what its headers say. */
export function traceOf({ headers }: IncomingMessage): TraceContext {
  const active = context.active()
  return trace.getSpan(active) ? active : propagation.extract(active, headers)
}
