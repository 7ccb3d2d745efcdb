import type { Access } from '../auth/index.ts'
import { type Metrics, SECONDS } from './metrics.ts'
import type { OperationRecord, Operations } from './operations/operations.ts'

/** Adds how long operations take; what is given is to be told of each. */
export function measureExecution(metrics: Metrics): (operation: OperationRecord) => void {
  const observe = metrics.histogram(
    'kairos_operation_seconds',
    'Seconds that queries and mutations took to execute, by type, and by whether there were errors.',
    SECONDS,
    ['type', 'outcome'],
  )
  return ({ type, failed, milliseconds }) => observe(milliseconds / 1000, type, failed ? 'failed' : 'ok')
}

/** Adds what became of what clients asked. */
export function measureOutcomes(
  metrics: Metrics,
  {
    operations: { outcomes, requests },
    access,
  }: { readonly operations: Operations; readonly access: Access },
): void {
  metrics.counterBy(
    ['type', 'code'],
    'kairos_operations_total',
    'Operations that clients asked for, by type, and by the code of their first error, OK where there was none. Of type unknown are those of which nothing was executed.',
    () => outcomes.byCode(),
  )
  metrics.counterBy(
    ['limit'],
    'kairos_limit_hits_total',
    'Operations, requests and sockets that a limit was in the way of, by limit.',
    () => Object.entries(outcomes.limits),
  )
  metrics.gauge(
    'kairos_request_bytes',
    'Bytes of requests that come in, and of those that are not answered yet, or have not begun as a subscription.',
    () => requests.held,
  )
  metrics.counter(
    'kairos_internal_errors_total',
    'Mistakes of ours that are in the log, whether an operation, a live update or another request came upon them.',
    () => outcomes.mistakes,
  )
  metrics.counter(
    'kairos_auth_failures_total',
    'Requests and connections of nobody who is known: a token was missing, unknown, invalid or expired.',
    () => access.refusals,
  )
}
