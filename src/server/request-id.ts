import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** By which a request, or the request that opened a WebSocket, is found in the logs of all who had to do with it. */
export const REQUEST_ID = 'x-request-id'

/** What a log can hold, and a header. */
const HARMLESS = /^[\w.:~+/=-]{1,128}$/
/** W3C Trace Context; an id of zeros is none. */
const TRACE_ID = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/

const ids = new WeakMap<IncomingMessage, string>()

/** As its client calls it, if that is harmless; else as its trace is called; else a new one. Always the same for one request. */
export function requestIdOf(request: IncomingMessage): string {
  const known = ids.get(request)
  if (known !== undefined) return known
  const { [REQUEST_ID]: given, traceparent } = request.headers
  const id =
    typeof given === 'string' && HARMLESS.test(given)
      ? given
      : (typeof traceparent === 'string' && TRACE_ID.exec(traceparent)?.[1]) || randomUUID()
  ids.set(request, id)
  return id
}
