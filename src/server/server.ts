import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { type Access, Unauthenticated } from '../auth/index.ts'
import type { Limiter } from '../limits/index.ts'
import type { Log } from '../log.ts'
import { clientAddress } from './client-address.ts'
import { type ExampleSubjects, noSubjects } from './graphiql/example-series.ts'
import { answerGraphiQL, asksForGraphiQL } from './graphiql/graphiql.ts'
import { graphiqlFiles } from './graphiql/page.ts'
import { answerLive, answerReady } from './health.ts'
import { answerFault, type HttpFault } from './http/answer-fault.ts'
import { LARGEST_BODY, type NodeRequest, readBody, withBody } from './http/body.ts'
import { compressed } from './http/compressed.ts'
import { overHttp } from './http/over-http.ts'
import { PlainPosts, plainAnswerType } from './http/plain-post.ts'
import { createGraphQL } from './http/yoga.ts'
import { answerWith, type Listening } from './listen.ts'
import type { Metrics } from './metrics.ts'
import type { Caller, ContextOf } from './operations/caller.ts'
import type { Operations } from './operations/operations.ts'
import { tooFast } from './operations/rate-limited.ts'
import { playground } from './page/playground.ts'
import { pathOf } from './path-of.ts'
import { refusal, type SameSiteOptions } from './same-site.ts'
import { serveWebSocket } from './socket/websocket.ts'

export interface ServeOptions {
  readonly operations: Operations
  readonly contextOf: ContextOf
  readonly limiter: Limiter
  readonly access: Access
  /** whether GraphiQL is served: it is of no use where only trusted documents run */
  readonly graphiql: boolean
  /** for its examples */
  readonly exampleSubjects: () => Promise<ExampleSubjects>
  readonly redis: Redis
  readonly metrics: Metrics
  readonly sameSite: SameSiteOptions
  /** of one socket at once, at present */
  readonly maxSubscriptions: () => number
  /** called once, when the server ends */
  readonly endWatches: () => void
  readonly log: Log
}

/** Milliseconds that running requests have to finish. */
const DRAIN = 5000

/** Answers every path from now on; gives what stops accepting, lets what runs finish, and closes every socket. */
export function serve(
  { server, connections }: Listening,
  { redis, metrics, endWatches, ...options }: ServeOptions,
): () => Promise<void> {
  const { sameSite, access } = options
  const page = compressed(playground(graphiqlFiles))
  const graphql = overHttp(answerGraphQL(options), sameSite)
  const sockets = serveWebSocket(server, options)
  metrics.gauge('kairos_websockets', 'Open WebSockets.', () => sockets.size)
  answerWith(server, (request, response) => {
    const pathname = pathOf(request)
    if (pathname === '/health/live') return answerLive(response)
    if (pathname === '/health/ready') return void answerReady(response, redis)
    if (pathname === '/graphql') return graphql(request, response)
    const refused = refusal(request, sameSite)
    if (refused) answerFault(response, refused)
    else if (pathname === '/metrics') void answerMetrics(metrics, access, request, response)
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

/** For those who may do everything, which without `auth` is everyone. */
async function answerMetrics(
  metrics: Metrics,
  access: Access,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { rights } = await access.authenticate(request.headers.authorization)
    if (rights.isAdmin) await metrics.answer(response)
    else answerFault(response, NO_ADMIN)
  } catch (error) {
    if (!(error instanceof Unauthenticated)) throw error
    answerStranger(request, response, error)
  }
}

const NO_ADMIN: HttpFault = { status: 403, code: 'FORBIDDEN', message: 'metrics need the scope admin' }

type GraphQLHandlerOptions = Omit<ServeOptions, 'redis' | 'metrics' | 'maxSubscriptions' | 'endWatches'>

/** `/graphql` over HTTP: a body is read once, whoever answers it, and not before it is known whose it is. */
function answerGraphQL(options: GraphQLHandlerOptions) {
  const { operations, contextOf, limiter, access, graphiql, exampleSubjects, sameSite, log } = options
  const yoga = createGraphQL({ operations, contextOf })
  const posts = new PlainPosts(operations, contextOf)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (graphiql && asksForGraphiQL(request)) {
      // The page is for everyone, and what is recorded here is not.
      return answerGraphiQL(response, access.isRequired ? noSubjects : await exampleSubjects())
    }
    const { authorization } = request.headers
    const identity = await access.authenticate(authorization)
    const caller = { identity, address: clientAddress(request, sameSite) }
    const wait = limiter.request(caller)
    if (wait !== undefined) return await refuse(request, response, wait)
    if (request.method !== 'POST') return await answerAtLength(request, response, caller)
    const body = await readBody(request)
    if (body === undefined) return answerFault(response, TOO_LARGE)
    const type = plainAnswerType(request)
    const result = type && (await posts.answer(body, caller))
    if (result === undefined) return await answerAtLength(withBody(request, body), response, caller)
    response.setHeader('content-type', `${type}; charset=utf-8`).end(result)
  }
  /** Unread, in the form that its client wants. */
  const refuse = async (request: IncomingMessage, response: ServerResponse, wait: number) => {
    request.resume()
    const { signal } = new AbortController()
    await yoga(withBody(request, NOTHING), response, { signal, refused: tooFast(wait) })
  }
  /** What may go on for as long as its client and its token do. */
  const answerAtLength = async (request: NodeRequest, response: ServerResponse, caller: Caller) => {
    if (response.closed) return
    const over = new AbortController()
    const end = (reason: Unauthenticated) => over.abort(reason)
    const session = access.open(request.headers.authorization, caller.identity, end)
    response.once('close', () => {
      session.close()
      over.abort()
    })
    await yoga(request, response, { caller, signal: over.signal })
  }
  return async (request: IncomingMessage, response: ServerResponse) => {
    await answer(request, response).catch((error) => {
      if (error instanceof Unauthenticated) return answerStranger(request, response, error)
      log.debug(`a request could not be answered: ${error}`) // its client is gone
      response.destroy()
    })
  }
}

const NOTHING = Buffer.alloc(0)

function answerStranger(
  request: IncomingMessage,
  response: ServerResponse,
  { message }: Unauthenticated,
): void {
  request.resume()
  const headers = { 'www-authenticate': 'Bearer' }
  answerFault(response, { status: 401, code: 'UNAUTHENTICATED', message, headers })
}

const TOO_LARGE: HttpFault = {
  status: 413,
  code: 'BAD_USER_INPUT',
  message: `a body has at most ${LARGEST_BODY} bytes`,
  headers: { connection: 'close' },
}
