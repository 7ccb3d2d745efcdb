import type { IncomingMessage } from 'node:http'
import type { HttpFault } from './answer-fault.ts'
import { acceptable, asksForPage, isJson } from './media-types.ts'

/** What the headers of a request to `/graphql` already show to be wrong; undefined where nothing is. */
export function requestFault(request: IncomingMessage): HttpFault | undefined {
  const { method, headers } = request
  if (method !== 'GET' && method !== 'POST')
    return fault(405, 'GraphQL is asked with POST, or with GET for a query', { allow: 'GET, POST, OPTIONS' })
  if (acceptable(headers.accept).length === 0 && !asksForPage(request))
    return fault(
      406,
      'results come as application/graphql-response+json, application/json or text/event-stream',
    )
  if (method === 'GET') return undefined
  if (!isJson(headers['content-type']))
    return fault(415, 'a request is sent as application/json, in UTF-8', {
      'accept-post': 'application/json',
    })
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    return fault(415, 'a request is not compressed', { 'accept-encoding': 'identity' })
  return undefined
}

function fault(status: number, message: string, headers?: Readonly<Record<string, string>>): HttpFault {
  return { status, code: 'BAD_USER_INPUT', message, ...(headers && { headers }) }
}
