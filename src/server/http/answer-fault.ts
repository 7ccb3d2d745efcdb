import type { ServerResponse } from 'node:http'
import { acceptable } from './media-types.ts'

/** Why a request is not executed, found out before its body is read. */
export interface HttpFault {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers in the form of a GraphQL result, as the client takes it, or else as JSON. */
export function answerFault(response: ServerResponse, { status, code, message, headers }: HttpFault): void {
  const type = acceptable(response.req.headers.accept).find((each) => each !== 'text/event-stream')
  response.writeHead(status, { 'content-type': `${type ?? 'application/json'}; charset=utf-8`, ...headers })
  response.end(JSON.stringify({ errors: [{ message, extensions: { code } }] }))
}
