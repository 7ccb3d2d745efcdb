import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Definition } from '../kairos/index.ts'
import type { Limits } from '../limits/index.ts'
import type { Log } from '../log.ts'
import { LARGEST_BODY, readBody, withBody } from './body.ts'
import type { ContextOf } from './caller.ts'
import { createGraphQL } from './graphql.ts'
import { answerLive, answerReady } from './health.ts'
import { answerWith, type Listening } from './listen.ts'
import type { Operations } from './operations/operations.ts'
import { pathOf } from './path-of.ts'
import { PlainPosts, plainAnswerType } from './plain-post.ts'
import { playground } from './playground.ts'
import { tooFast } from './rate-limited.ts'
import { refusal, type SameSiteOptions } from './same-site.ts'
import { serveWebSocket } from './websocket.ts'

export interface ServeOptions {
  readonly operations: Operations
  readonly contextOf: ContextOf
  readonly callerLimits: Limits
  /** for GraphiQL's examples */
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
export function serve(
  { server, connections }: Listening,
  {
    operations,
    contextOf,
    callerLimits,
    definitions,
    redis,
    sameSite,
    maxSubscriptions,
    endWatches,
    log,
  }: ServeOptions,
): () => Promise<void> {
  const page = playground()
  const graphql = answerGraphQL({ operations, contextOf, callerLimits, definitions, log })
  const sockets = serveWebSocket(server, {
    operations,
    contextOf,
    callerLimits,
    sameSite,
    maxSubscriptions,
    log,
  })
  answerWith(server, (request, response) => {
    const pathname = pathOf(request)
    const refused = refusal(request, sameSite)
    if (pathname === '/health/live') answerLive(response)
    else if (pathname === '/health/ready') void answerReady(response, redis)
    else if (refused) answerError(response, refused)
    else if (pathname === '/graphql') void graphql(request, response)
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

type GraphQLHandlerOptions = Pick<
  ServeOptions,
  'operations' | 'contextOf' | 'callerLimits' | 'definitions' | 'log'
>

/** `/graphql` over HTTP: a body is read once, whoever answers it. */
function answerGraphQL({ operations, contextOf, callerLimits, definitions, log }: GraphQLHandlerOptions) {
  const yoga = createGraphQL({ operations, contextOf, definitions })
  const posts = new PlainPosts(operations, contextOf)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const caller = { address: request.socket.remoteAddress ?? '' }
    const wait = callerLimits.request(caller)
    if (wait !== undefined) {
      request.resume()
      return await yoga(withBody(request, NOTHING), response, { caller, refused: tooFast(wait) })
    }
    if (request.method !== 'POST') return await yoga(request, response, { caller })
    const body = await readBody(request)
    if (body === undefined) return answerError(response, TOO_LARGE)
    const type = plainAnswerType(request)
    const result = type && (await posts.answer(body.toString(), caller))
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

const NOTHING = Buffer.alloc(0)

interface Fault {
  readonly status: number
  readonly code: string
  readonly message: string
}

const TOO_LARGE: Fault = {
  status: 413,
  code: 'BAD_USER_INPUT',
  message: `a body has at most ${LARGEST_BODY} bytes`,
}

function answerError(response: ServerResponse, { status, code, message }: Fault): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
  response.end(JSON.stringify({ errors: [{ message, extensions: { code } }] }))
}
