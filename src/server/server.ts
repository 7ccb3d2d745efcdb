import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Definition } from '../kairos/index.ts'
import type { Log } from '../log.ts'
import { answerFault, type HttpFault } from './answer-fault.ts'
import { LARGEST_BODY, readBody, withBody } from './body.ts'
import type { ContextOf } from './caller.ts'
import { clientAddress } from './client-address.ts'
import { compressed } from './compressed.ts'
import { createGraphQL } from './graphql.ts'
import { answerLive, answerReady } from './health.ts'
import { answerWith, type Listening } from './listen.ts'
import type { Operations } from './operations/operations.ts'
import { overHttp } from './over-http.ts'
import { pathOf } from './path-of.ts'
import { PlainPosts, plainAnswerType } from './plain-post.ts'
import { playground } from './playground.ts'
import { refusal, type SameSiteOptions } from './same-site.ts'
import { serveWebSocket } from './websocket.ts'

export interface ServeOptions {
  readonly operations: Operations
  readonly contextOf: ContextOf
  /** whether GraphiQL is served */
  readonly graphiql: boolean
  /** for its examples */
  readonly definitions: readonly Definition[]
  readonly redis: Redis
  readonly sameSite: SameSiteOptions
  /** of one socket at once */
  readonly maxSubscriptions: number
  /** called once, when the server ends */
  readonly endWatches: () => void
  readonly log: Log
}

/** Milliseconds that running requests have to finish. */
const DRAIN = 5000

/** Answers every path from now on; gives what stops accepting, lets what runs finish, and closes every socket. */
export function serve({ server, connections }: Listening, options: ServeOptions): () => Promise<void> {
  const { operations, contextOf, redis, sameSite, maxSubscriptions, endWatches, log } = options
  const page = compressed(playground())
  const graphql = overHttp(answerGraphQL(options), sameSite)
  const sockets = serveWebSocket(server, { operations, contextOf, sameSite, maxSubscriptions, log })
  answerWith(server, (request, response) => {
    const pathname = pathOf(request)
    if (pathname === '/health/live') return answerLive(response)
    if (pathname === '/health/ready') return void answerReady(response, redis)
    if (pathname === '/graphql') return graphql(request, response)
    const refused = refusal(request, sameSite)
    if (refused) answerFault(response, refused)
    else page(request, response)
  })
  return async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    const done = new AbortController()
    const late = wait(DRAIN, undefined, { signal: done.signal }).then(
      () => {
        sockets.terminate()
        connections.destroy()
      },
      () => {},
    )
    connections.drain()
    await Promise.race([sockets.drain(), late])
    sockets.close()
    // Not before the sockets are closed: their clients would take it for the end of what they watch, and not come back.
    endWatches()
    await closed
    done.abort()
  }
}

/** `/graphql` over HTTP: a body is read once, whoever answers it. */
function answerGraphQL({ operations, contextOf, graphiql, definitions, sameSite, log }: ServeOptions) {
  const yoga = createGraphQL({ operations, contextOf, graphiql, definitions })
  const posts = new PlainPosts(operations, contextOf)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const caller = { address: clientAddress(request, sameSite) }
    if (request.method !== 'POST') return await yoga(request, response, { caller })
    const body = await readBody(request)
    if (body === undefined) return answerFault(response, TOO_LARGE)
    const type = plainAnswerType(request)
    const result = type && (await posts.answer(body, caller))
    if (result === undefined) return await yoga(withBody(request, body), response, { caller })
    response.setHeader('content-type', `${type}; charset=utf-8`).end(result)
  }
  return async (request: IncomingMessage, response: ServerResponse) => {
    await answer(request, response).catch((error) => {
      log.debug(`a request could not be answered: ${error}`) // its client is gone
      response.destroy()
    })
  }
}

const TOO_LARGE: HttpFault = {
  status: 413,
  code: 'BAD_USER_INPUT',
  message: `a body has at most ${LARGEST_BODY} bytes`,
  headers: { connection: 'close' },
}
