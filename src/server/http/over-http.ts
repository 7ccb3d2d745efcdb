import type { RequestListener } from 'node:http'
import { refusal, type SameSiteOptions } from '../same-site.ts'
import { answerFault } from './answer-fault.ts'
import { allowOrigin, answerPreflight } from './cors.ts'
import { acceptForYoga } from './media-types.ts'
import { requestFault } from './request-fault.ts'

/**
 * GraphQL over HTTP up to the body: `handler` gets what may be asked, as a GET or as a POST of JSON, and Accept says
 * what the client takes, best liked first.
 */
export function overHttp(handler: RequestListener, sameSite: SameSiteOptions): RequestListener {
  return (request, response) => {
    response.setHeader('vary', 'accept-encoding, origin')
    const refused = refusal(request, sameSite)
    if (refused) return answerFault(response, refused)
    allowOrigin(response) // before anything can go wrong: a page must be able to read why
    if (request.method === 'OPTIONS') return answerPreflight(response)
    const fault = requestFault(request)
    if (fault) return answerFault(response, fault)
    request.headers.accept = acceptForYoga(request.headers.accept)
    handler(request, response)
  }
}
