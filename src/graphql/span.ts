import {
  type Attributes,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Context as TraceContext,
  trace,
} from '@opentelemetry/api'
import { GraphQLError } from 'graphql'
import { KairosError } from '../kairos/index.ts'

/** Does nothing, at next to no cost, unless an SDK is registered. */
const tracer = trace.getTracer('kairos')

/** Does `work` in a span of its own beneath `parent`; what is traced within it lies beneath that. */
export async function inServerSpan<T>(
  name: string,
  attributes: Attributes,
  parent: TraceContext,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent)
  return await during(span, parent, () => work(span))
}

/** Asks the store in a span of its own beneath the present one. Attributes are numbers alone: no names, no values. */
export async function inStoreSpan<T>(
  name: string,
  numbers: Readonly<Record<string, number>>,
  work: () => Promise<T>,
): Promise<T> {
  const attributes = { 'db.system.name': 'redis', ...numbers }
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes })
  return await during(span, context.active(), work)
}

/** An operation has failed with this code; where it is not its caller's mistake, so has the span. */
export function markFailed(span: Span, code: string): void {
  span.setAttribute('error.type', code)
  if (code === 'INTERNAL' || code === 'STORE_UNAVAILABLE') span.setStatus({ code: SpanStatusCode.ERROR })
}

async function during<T>(span: Span, parent: TraceContext, work: () => Promise<T>): Promise<T> {
  try {
    return await context.with(trace.setSpan(parent, span), work)
  } catch (error) {
    markFailed(span, codeOf(error))
    throw error
  } finally {
    span.end()
  }
}

function codeOf(error: unknown): string {
  if (error instanceof KairosError) return error.code
  return error instanceof GraphQLError ? String(error.extensions.code) : 'INTERNAL'
}
