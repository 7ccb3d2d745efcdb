import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api'
import { OperationTypeNode } from 'graphql'
import type { Access } from '../../auth/index.ts'
import type { Limiter } from '../../limits/index.ts'
import type { Log } from '../../log.ts'
import { clientAddress } from '../client-address.ts'
import type { Deliveries } from '../delivery.ts'
import { type ExampleSubjects, noSubjects } from '../graphiql/example-series.ts'
import { answerGraphiQL } from '../graphiql/graphiql.ts'
import type { Caller, ContextOf } from '../operations/caller.ts'
import type { Operations } from '../operations/operations.ts'
import { tooFast } from '../operations/rate-limited.ts'
import { LARGEST_REQUEST, requestOfBody, requestOfSearch } from '../operations/request.ts'
import { requestIdOf } from '../request-id.ts'
import type { SameSiteOptions } from '../same-site.ts'
import { answerError, answerFault, type HttpFault } from './answer-fault.ts'
import { readBody, withBody } from './body.ts'
import { compress } from './compressed.ts'
import { EventStreams } from './event-streams.ts'
import { asksForPage } from './media-types.ts'
import { overHttp } from './over-http.ts'
import { PlainPosts, plainAnswerType } from './plain-post.ts'
import { type Prepared, prepare } from './prepared.ts'
import { createGraphQLYoga, type Yoga } from './yoga.ts'

export interface GraphQLOptions {
  readonly operations: Operations
  readonly contextOf: ContextOf
  readonly limiter: Limiter
  readonly access: Access
  readonly deliveries: Deliveries
  /** whether GraphiQL is served: it is of no use where only trusted documents run */
  readonly graphiql: boolean
  /** for its examples */
  readonly exampleSubjects: () => Promise<ExampleSubjects>
  readonly sameSite: SameSiteOptions
  readonly log: Log
}

export interface GraphQLOverHttp {
  readonly answer: RequestListener
  /** For each stream of events what ends it, so that its client comes back. */
  departures(): (() => void)[]
}

/** `/graphql` over HTTP and SSE, and GraphiQL for browsers. */
export function graphqlOverHttp(options: GraphQLOptions): GraphQLOverHttp {
  const events = new EventStreams(options)
  const handler = new GraphQLHandler(options, events)
  return {
    answer: overHttp((request, response) => void handler.answer(request, response), options.sameSite),
    departures: () => events.departures(),
  }
}

/** A body is read once, whoever answers it, and not before it is known whose it is. */
class GraphQLHandler {
  readonly #options: GraphQLOptions
  readonly #yoga: Yoga
  readonly #plainPosts: PlainPosts
  readonly #events: EventStreams

  constructor(options: GraphQLOptions, events: EventStreams) {
    const { operations, contextOf } = options
    this.#options = options
    this.#yoga = createGraphQLYoga({ operations, contextOf })
    this.#plainPosts = new PlainPosts(operations, contextOf)
    this.#events = events
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      // For the page nobody has to be known: it executes nothing.
      if (this.#options.graphiql && asksForPage(request)) await this.#answerPage(request, response)
      else await this.#answerCaller(request, response)
    } catch (error) {
      answerError(response, error, this.#options.log)
    }
  }

  /** It is for everyone, and what is recorded here is not. */
  async #answerPage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { access, exampleSubjects } = this.#options
    compress(request, response)
    answerGraphiQL(response, access.isRequired ? noSubjects : await exampleSubjects())
  }

  async #answerCaller(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { access, limiter, sameSite } = this.#options
    const identity = await access.authenticate(request.headers.authorization)
    const caller = {
      identity,
      address: clientAddress(request, sameSite),
      requestId: requestIdOf(request),
      trace: propagation.extract(ROOT_CONTEXT, request.headers),
    }
    const wait = limiter.request(caller)
    if (wait !== undefined)
      await this.#yoga(withBody(request, NOTHING), response, { refused: tooFast(wait) }) // unread
    else if (request.method === 'POST') await this.#answerPost(request, response, caller)
    else await this.#answerGet(request, response, caller)
  }

  async #answerGet(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    const search = request.url?.split('?', 2)[1] ?? ''
    const prepared = prepare(this.#options.operations, () => requestOfSearch(search))
    if (isSubscription(prepared)) return await this.#events.answer(request, response, caller, prepared.args)
    compress(request, response)
    await this.#yoga(request, response, { caller })
  }

  async #answerPost(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    const body = await readBody(request)
    if (body === undefined) return answerFault(response, TOO_LARGE)
    await this.#options.access.makeSure(request.headers.authorization, caller.identity) // a body may take minutes
    const prepared = prepare(this.#options.operations, () => requestOfBody(body))
    if (isSubscription(prepared)) return await this.#events.answer(request, response, caller, prepared.args)
    compress(request, response)
    const type = plainAnswerType(request)
    const result = type && prepared && (await this.#plainPosts.answer(prepared, body, caller))
    if (result === undefined) await this.#yoga(withBody(request, body), response, { caller })
    else response.setHeader('content-type', `${type}; charset=utf-8`).end(result)
  }
}

function isSubscription(prepared: Prepared | undefined): prepared is Prepared {
  return prepared?.type === OperationTypeNode.SUBSCRIPTION
}

const NOTHING = Buffer.alloc(0)

const TOO_LARGE: HttpFault = {
  status: 413,
  code: 'BAD_USER_INPUT',
  message: `a body has at most ${LARGEST_REQUEST} bytes`,
  headers: { connection: 'close' },
}
