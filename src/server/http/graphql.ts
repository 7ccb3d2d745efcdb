import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Access, Unauthenticated } from '../../auth/index.ts'
import type { Limiter } from '../../limits/index.ts'
import type { Log } from '../../log.ts'
import { clientAddress } from '../client-address.ts'
import { type ExampleSubjects, noSubjects } from '../graphiql/example-series.ts'
import { answerGraphiQL } from '../graphiql/graphiql.ts'
import type { Caller, ContextOf } from '../operations/caller.ts'
import type { Operations } from '../operations/operations.ts'
import { tooFast } from '../operations/rate-limited.ts'
import { LARGEST_REQUEST } from '../operations/request.ts'
import type { SameSiteOptions } from '../same-site.ts'
import { answerError, answerFault, type HttpFault } from './answer-fault.ts'
import { type NodeRequest, readBody, withBody } from './body.ts'
import { asksForPage } from './media-types.ts'
import { overHttp } from './over-http.ts'
import { PlainPosts, plainAnswerType } from './plain-post.ts'
import { createGraphQLYoga, type Yoga } from './yoga.ts'

export interface GraphQLOptions {
  readonly operations: Operations
  readonly contextOf: ContextOf
  readonly limiter: Limiter
  readonly access: Access
  /** whether GraphiQL is served: it is of no use where only trusted documents run */
  readonly graphiql: boolean
  /** for its examples */
  readonly exampleSubjects: () => Promise<ExampleSubjects>
  readonly sameSite: SameSiteOptions
  readonly log: Log
}

/** `/graphql` over HTTP and SSE, and GraphiQL for browsers. */
export function graphqlOverHttp(options: GraphQLOptions): RequestListener {
  const handler = new GraphQLHandler(options)
  return overHttp((request, response) => void handler.answer(request, response), options.sameSite)
}

/** A body is read once, whoever answers it, and not before it is known whose it is. */
class GraphQLHandler {
  readonly #options: GraphQLOptions
  readonly #yoga: Yoga
  readonly #plainPosts: PlainPosts

  constructor(options: GraphQLOptions) {
    const { operations, contextOf } = options
    this.#options = options
    this.#yoga = createGraphQLYoga({ operations, contextOf })
    this.#plainPosts = new PlainPosts(operations, contextOf)
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      // For the page nobody has to be known: it executes nothing.
      if (this.#options.graphiql && asksForPage(request)) await this.#answerPage(response)
      else await this.#answerCaller(request, response)
    } catch (error) {
      answerError(response, error, this.#options.log)
    }
  }

  /** It is for everyone, and what is recorded here is not. */
  async #answerPage(response: ServerResponse): Promise<void> {
    const { access, exampleSubjects } = this.#options
    answerGraphiQL(response, access.isRequired ? noSubjects : await exampleSubjects())
  }

  async #answerCaller(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { access, limiter, sameSite } = this.#options
    const identity = await access.authenticate(request.headers.authorization)
    const caller = { identity, address: clientAddress(request, sameSite) }
    const wait = limiter.request(caller)
    if (wait !== undefined)
      await this.#yoga(withBody(request, NOTHING), response, { refused: tooFast(wait) }) // unread
    else if (request.method === 'POST') await this.#answerPost(request, response, caller)
    else await this.#answerAtLength(request, response, caller)
  }

  async #answerPost(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    const body = await readBody(request)
    if (body === undefined) return answerFault(response, TOO_LARGE)
    await this.#options.access.makeSure(request.headers.authorization, caller.identity) // a body may take minutes
    const type = plainAnswerType(request)
    const result = type && (await this.#plainPosts.answer(body, caller))
    if (result === undefined) await this.#answerAtLength(withBody(request, body), response, caller)
    else response.setHeader('content-type', `${type}; charset=utf-8`).end(result)
  }

  /** What may go on for as long as its client and its token do. */
  async #answerAtLength(request: NodeRequest, response: ServerResponse, caller: Caller): Promise<void> {
    if (response.closed) return
    const over = new AbortController()
    const end = (reason: Unauthenticated) => over.abort(reason)
    const session = this.#options.access.open(request.headers.authorization, caller.identity, end)
    response.once('close', () => {
      session.close()
      over.abort()
    })
    await this.#yoga(request, response, { caller, signal: over.signal })
  }
}

const NOTHING = Buffer.alloc(0)

const TOO_LARGE: HttpFault = {
  status: 413,
  code: 'BAD_USER_INPUT',
  message: `a body has at most ${LARGEST_REQUEST} bytes`,
  headers: { connection: 'close' },
}
