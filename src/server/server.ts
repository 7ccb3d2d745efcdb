import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { type Access, Unauthenticated } from '../auth/index.ts'
import type { Log } from '../log.ts'
import { LARGEST_BODY, type NodeRequest, readBody, withBody } from './body.ts'
import type { Caller, ContextOf } from './caller.ts'
import { type ExampleSubjects, noSubjects } from './example-series.ts'
import { createGraphQL } from './graphql.ts'
import { answerLive, answerReady } from './health.ts'
import { answerWith, type Listening } from './listen.ts'
import type { Operations } from './operations/operations.ts'
import { pathOf } from './path-of.ts'
import { PlainPosts, plainAnswerType } from './plain-post.ts'
import { playground } from './playground.ts'
import { refusal } from './same-site.ts'
import { serveWebSocket } from './websocket.ts'

export interface ServeOptions {
  readonly operations: Operations
  readonly contextOf: ContextOf
  readonly access: Access
  /** for GraphiQL's examples */
  readonly exampleSubjects: () => Promise<ExampleSubjects>
  readonly redis: Redis
  /** whether to answer only to the names of this machine, at present */
  readonly loopbackOnly: () => boolean
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
  { redis, loopbackOnly, endWatches, ...options }: ServeOptions,
): () => Promise<void> {
  const page = playground()
  const graphql = answerGraphQL(options)
  const sockets = serveWebSocket(server, { ...options, loopbackOnly })
  answerWith(server, (request, response) => {
    const pathname = pathOf(request)
    const refused = refusal(request, { loopbackOnly: loopbackOnly() })
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
  'operations' | 'contextOf' | 'access' | 'exampleSubjects' | 'log'
>

/** `/graphql` over HTTP: a body is read once, whoever answers it, and not before it is known whose it is. */
function answerGraphQL({ operations, contextOf, access, exampleSubjects, log }: GraphQLHandlerOptions) {
  const yoga = createGraphQL({
    operations,
    contextOf,
    // The page is for everyone, and what is recorded here is not.
    subjects: async () => (access.isRequired ? noSubjects : await exampleSubjects()),
  })
  const posts = new PlainPosts(operations, contextOf)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (executesNothing(request)) {
      const { signal } = new AbortController()
      return await yoga(request, response, { signal })
    }
    const { authorization } = request.headers
    const identity = await access.authenticate(authorization)
    const caller = { identity, address: request.socket.remoteAddress ?? '' }
    if (request.method !== 'POST') return await answerAtLength(request, response, caller)
    const body = await readBody(request)
    if (body === undefined) return answerError(response, TOO_LARGE)
    const type = plainAnswerType(request)
    const result = type && (await posts.answer(body.toString(), caller))
    if (result === undefined) return await answerAtLength(withBody(request, body), response, caller)
    response.setHeader('content-type', `${type}; charset=utf-8`).end(result)
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

/** GraphiQL's page, of which yoga decides in the same way, and what browsers ask before they ask. */
function executesNothing({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' || (method === 'GET' && headers.accept?.includes('text/html') === true)
}

function answerStranger(
  request: IncomingMessage,
  response: ServerResponse,
  { message }: Unauthenticated,
): void {
  request.resume()
  const fault = { status: 401, code: 'UNAUTHENTICATED', message }
  answerError(response, fault, { 'www-authenticate': 'Bearer' })
}

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

function answerError(
  response: ServerResponse,
  { status, code, message }: Fault,
  headers: OutgoingHttpHeaders = { connection: 'close' },
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify({ errors: [{ message, extensions: { code } }] }))
}
