import type { ServerResponse } from 'node:http'
import { Unauthenticated } from '../../auth/index.ts'
import type { Log } from '../../log.ts'
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

/** Answers what could not be answered, where its client is still there: it is a stranger, or the mistake is ours. */
export function answerError(response: ServerResponse, error: unknown, log: Log): void {
  const requestId = requestIdOf(response.req)
  if (response.closed) {
    log.debug(`a request was not answered, its client is gone: ${error}`, { requestId })
  } else if (error instanceof Unauthenticated) {
    answerFault(response, stranger(error))
  } else {
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error), { requestId })
    if (response.headersSent) response.destroy()
    else answerFault(response, { ...OURS, requestId })
  }
}

function stranger({ message }: Unauthenticated): HttpFault {
  return { status: 401, code: 'UNAUTHENTICATED', message, headers: { 'www-authenticate': 'Bearer' } }
}

const OURS: HttpFault = {
  status: 500,
  code: 'INTERNAL',
  message: 'Something went wrong in the server; its log says what.',
}
