import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql'
import type { Access, Session } from '../../auth/index.ts'
import type { Watcher } from '../../live/index.ts'
import { type Deliveries, Delivery, type Line, PING, type Source } from '../delivery.ts'
import type { Caller, ContextOf } from '../operations/caller.ts'
import { formatted } from '../operations/formatted.ts'
import type { Operations } from '../operations/operations.ts'
import { Subscription } from '../operations/subscription.ts'
import { answerFault, type HttpFault } from './answer-fault.ts'
import { acceptable } from './media-types.ts'

export interface EventStreamsOptions {
  readonly operations: Operations
  readonly contextOf: ContextOf
  readonly access: Access
  readonly deliveries: Deliveries
}

/** Subscriptions over HTTP: one request, one operation, one stream of events. */
export class EventStreams {
  readonly #options: EventStreamsOptions
  readonly #open = new Set<EventStream>()

  constructor(options: EventStreamsOptions) {
    this.#options = options
  }

  /** For each stream what ends it, so that its client comes back. */
  departures(): (() => void)[] {
    return [...this.#open].map((stream) => () => stream.ended(undefined))
  }

  /** `args` are those of a subscription, but for whom. Throws Unauthenticated where its token was taken away meanwhile. */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    args: ExecutionArgs,
  ): Promise<void> {
    const { operations, contextOf, access, deliveries } = this.#options
    if (!acceptable(request.headers.accept).includes('text/event-stream'))
      return answerFault(response, NOT_ACCEPTABLE)
    const { authorization } = request.headers
    const contextValue = contextOf(caller, lastEventId(request))
    const begun = await operations.subscribe({ ...args, contextValue }, caller.identity.rights)
    if (!(begun instanceof Subscription)) return refuse(response, begun)
    try {
      await access.makeSure(authorization, caller.identity) // Redis may have taken its time
    } catch (error) {
      begun.close()
      throw error
    }
    if (response.destroyed) return begun.close()
    const stream = new EventStream(
      response,
      begun,
      (error) => operations.present(error, caller.requestId),
      deliveries,
    )
    this.#open.add(stream)
    response.once('close', () => this.#open.delete(stream))
    stream.begin((end) => access.open(authorization, caller.identity, end))
  }
}

/** One subscription that runs. */
class EventStream implements Watcher, Source {
  readonly #response: ServerResponse
  readonly #subscription: Subscription
  readonly #present: (error: unknown) => GraphQLError
  readonly #delivery: Delivery
  readonly #leave: () => void
  #session: Session | undefined
  #pings: NodeJS.Timeout | undefined

  constructor(
    response: ServerResponse,
    subscription: Subscription,
    present: (error: unknown) => GraphQLError,
    deliveries: Deliveries,
  ) {
    this.#response = response
    this.#subscription = subscription
    this.#present = present
    this.#delivery = new Delivery(deliveries, 'sse', new ResponseLine(response))
    this.#leave = this.#delivery.enter()
  }

  /** Goes on until the subscription ends, its client goes, or what `open` opens is over. */
  begin(open: (end: (reason: unknown) => void) => Session): void {
    this.#session = open((reason) => this.ended(reason))
    this.#pings = setInterval(() => this.#ping(), PING)
    this.#response.once('close', () => this.#close())
    this.#response.on('timeout', () => {}) // upon which Node would end it, before it has been given up
    this.#response.writeHead(200, HEADERS)
    this.#delivery.send(COMMENT)
    this.#subscription.attach(this)
  }

  due(): void {
    this.#delivery.due(this)
  }

  take(): Buffer | undefined {
    const rendered = this.#subscription.take()
    return (
      rendered &&
      Buffer.concat([
        Buffer.from(`event: next\nid: ${rendered.cursor}\ndata: `),
        rendered.payload,
        Buffer.from('\n\n'),
      ])
    )
  }

  /** Without a reason nobody says that it is complete: the client is to come back. */
  ended(reason: unknown): void {
    this.#close()
    if (reason !== undefined) this.#response.write(nextOf({ errors: [this.#present(reason)] }) + COMPLETE)
    this.#delivery.wait() // it is given up where its client does not read so far
    this.#response.end()
  }

  /** Some browsers and proxies give up what is silent. */
  #ping(): void {
    if (this.#delivery.isTaken) this.#delivery.send(COMMENT)
    else this.#delivery.wait()
  }

  /** From now on nothing ends it any more. Harmless when repeated. */
  #close(): void {
    this.#session?.close()
    clearInterval(this.#pings)
    this.#delivery.forget(this)
    this.#leave()
    this.#subscription.close()
  }
}

class ResponseLine implements Line {
  readonly stream: ServerResponse
  readonly socket: Socket

  constructor(response: ServerResponse) {
    this.stream = response
    this.socket = response.req.socket
  }

  get isOpen(): boolean {
    return !this.stream.writableEnded && !this.stream.destroyed
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  giveUp(): void {
    this.socket.destroy()
  }
}

/** The whole stream of a query or a mutation, of which `result` is the JSON. */
export function answerAsEvents(response: ServerResponse, result: Buffer): void {
  response.writeHead(200, HEADERS)
  response.write(`${COMMENT}event: next\ndata: `)
  response.write(result)
  response.end(`\n\n${COMPLETE}`)
}

/** The whole stream of a subscription that cannot begin. */
function refuse(response: ServerResponse, { errors = [] }: ExecutionResult): void {
  const headers = errors.map(({ extensions }) => extensions.http?.headers)
  response.writeHead(200, Object.assign({}, ...headers, HEADERS))
  response.end(COMMENT + nextOf({ errors }) + COMPLETE)
}

function nextOf({ errors = [] }: ExecutionResult): string {
  return `event: next\ndata: ${JSON.stringify({ errors: errors.map(formatted) })}\n\n`
}

/** Where a client has been told of updates before, that of the last one. */
function lastEventId({ headers }: IncomingMessage): string | undefined {
  const id = headers['last-event-id']
  return typeof id === 'string' ? id : undefined
}

const HEADERS: OutgoingHttpHeaders = {
  'content-type': 'text/event-stream',
  connection: 'keep-alive',
  'cache-control': 'no-cache',
  'content-encoding': 'none',
}

/** Some browsers take no notice of headers that nothing follows. */
const COMMENT = ':\n\n'
const COMPLETE = 'event: complete\ndata:\n\n'

const NOT_ACCEPTABLE: HttpFault = {
  status: 406,
  code: 'BAD_USER_INPUT',
  message: 'a subscription is answered as text/event-stream, or over a WebSocket',
}
