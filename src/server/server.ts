import { setTimeout as wait } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Log } from '../log.ts'
import { answerFault } from './answer-fault.ts'
import { compressed } from './compressed.ts'
import type { Documents } from './documents.ts'
import type { Yoga } from './graphql.ts'
import { answerLive, answerReady } from './health.ts'
import { withLimitedBody } from './limited-body.ts'
import { answerWith, type Listening } from './listen.ts'
import { overHttp } from './over-http.ts'
import { pathOf } from './path-of.ts'
import { playground } from './playground.ts'
import { refusal, type SameSiteOptions } from './same-site.ts'
import { serveWebSocket } from './websocket.ts'

export interface ServeOptions {
  readonly yoga: Yoga
  readonly documents: Documents
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
  { yoga, documents, redis, sameSite, maxSubscriptions, endWatches, log }: ServeOptions,
): () => Promise<void> {
  const page = compressed(playground())
  const graphql = overHttp(
    (request, response) => void yoga(withLimitedBody(request, response), response),
    sameSite,
  )
  const sockets = serveWebSocket(server, { yoga, documents, sameSite, maxSubscriptions, log })
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
