import type { ServerResponse } from 'node:http'
import type { Log } from '../../log.ts'
import type { Operations } from '../operations/operations.ts'
import { requestIdOf } from '../request-id.ts'
import { acceptable } from './media-types.ts'

/** Why a request is not executed. */
export interface HttpFault {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly requestId?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers in the form of a GraphQL result, as the client takes it, or else as JSON. */
export function answerFault(
  response: ServerResponse,
  { status, code, message, requestId, headers }: HttpFault,
): void {
  const type = acceptable(response.req.headers.accept).find((each) => each !== 'text/event-stream')
  response.writeHead(status, { 'content-type': `${type ?? 'application/json'}; charset=utf-8`, ...headers })
  response.end(JSON.stringify({ errors: [{ message, extensions: { code, requestId } }] }))
}

/** Answers what could not be answered, where its client is still there. */
export function answerError(
  response: ServerResponse,
  error: unknown,
  { operations, log }: { readonly operations: Operations; readonly log: Log },
): void {
  const requestId = requestIdOf(response.req)
  if (response.destroyed) {
    log.debug(`a request was not answered, its client is gone: ${error}`, { requestId })
    return
  }
  const { message, extensions } = operations.present(error, requestId)
  if (response.headersSent) response.destroy()
  else {
    const { code, http: { status = 500, headers } = {} } = extensions
    const ours = code === 'INTERNAL' && { requestId }
    answerFault(response, { status, code: String(code), message, ...(headers && { headers }), ...ours })
  }
}
