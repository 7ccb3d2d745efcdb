import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { GraphQLError, OperationTypeNode } from 'graphql'
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
import { traceOf } from '../trace-of.ts'
import { answerError, answerFault, type HttpFault } from './answer-fault.ts'
import { readBody, withBody } from './body.ts'
import { compress } from './compressed.ts'
import { answerAsEvents, EventStreams } from './event-streams.ts'
import { answerType, asksForPage } from './media-types.ts'
import { overHttp } from './over-http.ts'
import { PlainRequests } from './plain-requests.ts'
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
  readonly #plain: PlainRequests
  readonly #events: EventStreams

  constructor(options: GraphQLOptions, events: EventStreams) {
    const { operations, contextOf } = options
    this.#options = options
    this.#yoga = createGraphQLYoga({ operations, contextOf })
    this.#plain = new PlainRequests(operations, contextOf)
    this.#events = events
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      // For the page nobody has to be known: it executes nothing.
      if (this.#options.graphiql && asksForPage(request)) await this.#answerPage(request, response)
      else await this.#answerCaller(request, response)
    } catch (error) {
      answerError(response, error, this.#options)
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
      trace: traceOf(request),
    }
    const wait = limiter.request(caller)
    if (wait !== undefined)
      await this.#refuse(request, response, tooFast(wait)) // unread
    else if (request.method === 'POST') await this.#answerPost(request, response, caller)
    else await this.#answerGet(request, response, caller)
  }

  async #refuse(request: IncomingMessage, response: ServerResponse, refused: GraphQLError): Promise<void> {
    await this.#yoga(withBody(request, NOTHING), response, { refused })
  }

  async #answerGet(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    const search = request.url?.split('?', 2)[1] ?? ''
    const prepared = prepare(this.#options.operations, () => requestOfSearch(search))
    const isAnswered =
      prepared !== undefined &&
      prepared.type !== OperationTypeNode.MUTATION && // which yoga refuses
      (await this.#answer(request, response, caller, prepared, Buffer.from(search)))
    if (!isAnswered) await this.#yoga(request, response, { caller })
  }

  async #answerPost(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    const { operations, access } = this.#options
    const share = operations.requests.open()
    try {
      const body = await readBody(request, share)
      if (body === undefined) {
        operations.outcomes.hit('request')
        return answerFault(response, TOO_LARGE)
      }
      await access.makeSure(request.headers.authorization, caller.identity) // a body may take minutes
      const prepared = prepare(operations, () => requestOfBody(body))
      const isAnswered = prepared && (await this.#answer(request, response, caller, prepared, body))
      if (!isAnswered) await this.#yoga(withBody(request, body), response, { caller })
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      response.setHeader('connection', 'close') // what comes of it passes unread
      await this.#refuse(request, response, error)
    } finally {
      share.close()
    }
  }

  /** False where nothing was executed: yoga tells why. */
  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    prepared: Prepared,
    sent: Buffer,
  ): Promise<boolean> {
    if (prepared.type === OperationTypeNode.SUBSCRIPTION) {
      await this.#events.answer(request, response, caller, prepared.args)
      return true
    }
    compress(request, response)
    const type = answerType(request.headers.accept)
    const result = type && (await this.#plain.answer(prepared, sent, caller))
    if (result === undefined) return false
    if (type === 'text/event-stream') answerAsEvents(response, result)
    else response.setHeader('content-type', `${type}; charset=utf-8`).end(result)
    this.#options.deliveries.answered(response, result.length)
    return true
  }
}

const NOTHING = Buffer.alloc(0)

const TOO_LARGE: HttpFault = {
  status: 413,
  code: 'BAD_USER_INPUT',
  message: `a body has at most ${LARGEST_REQUEST} bytes`,
  headers: { connection: 'close' },
}
