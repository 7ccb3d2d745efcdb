import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { graphiqlFiles } from './graphiql/page.ts'
import { answerLive, answerReady, measureRedis, type RedisHealth } from './health.ts'
import { answerError, answerFault, type HttpFault } from './http/answer-fault.ts'
import { compressed } from './http/compressed.ts'
import { type GraphQLOptions, graphqlOverHttp } from './http/graphql.ts'
import { answerWith, type Listening } from './listen.ts'
import type { Metrics } from './metrics.ts'
import { oneByOne } from './one-by-one.ts'
import { CLIENT_MODULE } from './page/client-module.ts'
import { playground } from './page/playground.ts'
import { pathOf } from './path-of.ts'
import { REQUEST_ID, requestIdOf } from './request-id.ts'
import { refusal } from './same-site.ts'
import { serveWebSocket, type WebSocketOptions } from './socket/websocket.ts'

export interface ServeOptions extends GraphQLOptions, WebSocketOptions {
  readonly health: RedisHealth
  readonly metrics: Metrics
  /** what is not as it should be, though the server can do its work; a sentence that follows "but" */
  readonly remark: () => string | undefined
  /** called once, when the server ends */
  readonly endWatches: () => void
}

/** Milliseconds that running requests have to finish. */
const DRAIN = 5000

/** Answers every path from now on; gives what stops accepting, lets what runs finish, and closes every socket. */
export function serve(
  { server, connections }: Listening,
  { health, metrics, remark, endWatches, ...options }: ServeOptions,
): () => Promise<void> {
  const { sameSite } = options
  const page = compressed(playground(graphiqlFiles))
  const graphql = graphqlOverHttp(options)
  const sockets = serveWebSocket(server, options)
  measureRedis(metrics, health)
  metrics.gauge('kairos_websockets', 'Open WebSockets.', () => sockets.size)
  answerWith(server, (request, response) => {
    response.setHeader(REQUEST_ID, requestIdOf(request))
    const pathname = pathOf(request)
    if (pathname === '/health/live') return answerLive(response)
    if (pathname === '/health/ready') return void answerReady(response, { health, remark: remark() })
    if (pathname === '/graphql') return graphql.answer(request, response)
    if (pathname === CLIENT_MODULE) return page(request, response)
    const refused = refusal(request, sameSite)
    if (refused) answerFault(response, refused)
    else if (pathname === '/metrics') void answerMetrics(metrics, options, request, response)
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
    const answered = sockets.drain()
    // Who watches is sent away while others are waited for, and not all at once: they come back to servers that have others.
    const departures = [...sockets.departures(), ...graphql.departures()]
    await Promise.race([Promise.all([answered, oneByOne(departures)]), late])
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
  { access, operations, log }: Pick<ServeOptions, 'access' | 'operations' | 'log'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { rights } = await access.authenticate(request.headers.authorization)
    if (rights.isAdmin) await metrics.answer(response)
    else answerFault(response, NO_ADMIN)
  } catch (error) {
    answerError(response, error, { operations, log })
  }
}

const NO_ADMIN: HttpFault = { status: 403, code: 'FORBIDDEN', message: 'metrics need the scope admin' }
