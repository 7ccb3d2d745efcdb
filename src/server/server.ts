import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Log } from '../log.ts'
import type { Yoga } from './graphql.ts'
import { answerLive, answerReady } from './health.ts'
import { withLimitedBody } from './limited-body.ts'
import { answerWith, type Listening } from './listen.ts'
import { pathOf } from './path-of.ts'
import { playground } from './playground.ts'
import { refusal, type SameSiteOptions } from './same-site.ts'
import { serveWebSocket } from './websocket.ts'

export interface ServeOptions {
  readonly yoga: Yoga
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
  { yoga, redis, sameSite, maxSubscriptions, endWatches, log }: ServeOptions,
): () => Promise<void> {
  const page = playground()
  const sockets = serveWebSocket(server, { yoga, sameSite, maxSubscriptions, log })
  answerWith(server, (request, response) => {
    const pathname = pathOf(request)
    const refused = refusal(request, sameSite)
    if (pathname === '/health/live') answerLive(response)
    else if (pathname === '/health/ready') void answerReady(response, redis)
    else if (refused) answerError(response, refused)
    else if (pathname === '/graphql') void yoga(withLimitedBody(request, response), response)
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

interface Fault {
  readonly status: number
  readonly code: string
  readonly message: string
}

function answerError(response: ServerResponse, { status, code, message }: Fault): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
  response.end(JSON.stringify({ errors: [{ message, extensions: { code } }] }))
}
