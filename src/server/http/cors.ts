import type { ServerResponse } from 'node:http'
import { REQUEST_ID } from '../request-id.ts'

/** Seconds that a browser may keep the answer to a preflight; the longest that all of them take. */
const KEPT = '7200'

/** Lets the page that asks read the answer, whatever it will be. Not for an origin that was refused. */
export function allowOrigin(response: ServerResponse): void {
  const { origin } = response.req.headers
  if (origin === undefined) return
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', `${REQUEST_ID}, retry-after`)
}

/**
 * Answers OPTIONS: a browser asks what a page of another origin may send before it lets it. Credentials are not among
 * that, since a token travels in a header and nothing in a cookie.
 */
export function answerPreflight(response: ServerResponse): void {
  response.writeHead(204, {
    allow: 'GET, POST, OPTIONS',
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': `authorization, content-type, last-event-id, traceparent, tracestate, ${REQUEST_ID}`,
    'access-control-max-age': KEPT,
  })
  response.end()
}
