import { propagation, type TextMapGetter, type Context as TraceContext } from '@opentelemetry/api'
import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  getOperationAST,
  OperationTypeNode,
  parse,
} from 'graphql'
import {
  CloseCode,
  type Context,
  MessageType,
  makeServer,
  type Server,
  type SubscribePayload,
  stringifyMessage,
} from 'graphql-ws'
import { type Access, type Session, Unauthenticated } from '../../auth/index.ts'
import { badInput, rateLimited } from '../../graphql/errors.ts'
import type { Limiter } from '../../limits/index.ts'
import type { Log } from '../../log.ts'
import type { Share } from '../budget.ts'
import type { Delivery } from '../delivery.ts'
import type { Caller, ContextOf } from '../operations/caller.ts'
import { formatted } from '../operations/formatted.ts'
import type { Operations } from '../operations/operations.ts'
import { tooFast } from '../operations/rate-limited.ts'
import { requestOf } from '../operations/request.ts'
import { Subscription } from '../operations/subscription.ts'
import { Running } from './running.ts'
import { SocketSubscription } from './socket-subscription.ts'

/** "Going away", upon which clients come back. */
export const GOING_AWAY = 1001

export interface ProtocolOptions {
  readonly operations: Operations
  readonly contextOf: ContextOf
  readonly limiter: Limiter
  readonly access: Access
  /** of one socket at once, at present */
  readonly maxSubscriptions: () => number
  readonly log: Log
}

/** What a client asks; graphql-ws is given the id alone, since it keeps what it is given for as long as a subscription goes on. */
export interface Asked {
  readonly payload: SubscribePayload
  /** held for it, until it is answered or has begun */
  readonly share: Share
}

/** What is executed under an id. */
interface Beginning {
  readonly args: ExecutionArgs
  readonly asked: Asked
}

/** One socket. */
export interface Connection {
  /** the header of the request that opened it */
  readonly authorization: string | undefined
  /** of its client */
  readonly address: string
  /** of the request that opened it */
  readonly requestId: string
  /** of the request that opened it */
  readonly trace: TraceContext
  readonly isOpen: boolean
  readonly delivery: Delivery
  /** what was asked last under each id, as graphql-ws knows it, until it is answered or has begun */
  readonly beginning: Map<string, ExecutionArgs>
  /** what the message asks that graphql-ws is given now */
  asked?: Asked | undefined
  /** that run; graphql-ws loses sight of one where what was asked before under its id ends after it began */
  readonly subscriptions: Set<SocketSubscription>
  send(text: string): void
  close(code: number, reason: string): void
  /** as soon as its client is known */
  caller?: Caller
  session?: Session
}

export interface Protocol extends Server<Connection> {
  /**
   * From now on operations are left unanswered and undone, so that clients repeat them where they connect next, and a socket
   * that asks is closed, unless it waits for the answer to what it asked before.
   * Resolves when the queries and mutations that run are answered.
   */
  drain(): Promise<void>
}

/** What `graphql-transport-ws` carries: the operations of HTTP, limited and presented as there. */
export function createProtocol({
  operations,
  contextOf,
  limiter,
  access,
  maxSubscriptions,
}: ProtocolOptions): Protocol {
  const running = new Running()
  let draining = false

  /** From now on it is somebody's; throws Unauthenticated. */
  const enter = async ({ connectionParams, extra: connection, subscriptions }: Opened): Promise<void> => {
    const authorization = presented(connectionParams) ?? connection.authorization
    if (authorization !== undefined && typeof authorization !== 'string') return access.refuse(NO_TEXT)
    const identity = await access.authenticate(authorization)
    if (!connection.isOpen) return
    const { address, requestId } = connection
    const trace = traceOf(connectionParams, connection.trace)
    connection.caller = { identity, address, requestId, trace }
    connection.session = access.open(authorization, identity, (reason) => {
      const payload = [formatted(operations.present(reason, requestId))]
      for (const id of Object.keys(subscriptions))
        connection.send(stringifyMessage({ id, type: MessageType.Error, payload }))
      connection.close(CloseCode.Unauthorized, reason.message)
    })
  }

  /** What is to be executed, but for whom, or why it cannot be. */
  const prepare = (
    payload: SubscribePayload,
    { requestId }: Connection,
  ): ExecutionArgs | readonly GraphQLError[] => {
    try {
      const request = requestOf(payload)
      const document = operations.parse(operations.textOf(request, requestId), requestId)
      const errors = operations.validate(document, requestId)
      if (errors.length > 0) return errors
      return {
        schema: operations.schema,
        document,
        variableValues: request.variables ?? null,
        operationName: request.operationName ?? null,
      }
    } catch (error) {
      return [operations.present(error, requestId)]
    }
  }

  const refuse = (errors: readonly GraphQLError[]) => {
    operations.outcomes.count('unknown', errors)
    return errors
  }

  const counted = (result: ExecutionResult): ExecutionResult => {
    if (result.data === undefined && result.errors) refuse(result.errors)
    return result
  }

  /** By what graphql-ws knows each as. */
  const asked = new WeakMap<ExecutionArgs, Beginning>()

  const execute = async ({ args, asked: { payload, share } }: Beginning, caller: Caller) => {
    const trace = traceOf(payload.extensions, caller.trace)
    const inFull = { ...args, contextValue: contextOf({ ...caller, trace }) }
    try {
      return await (typeOf(args) === OperationTypeNode.SUBSCRIPTION
        ? operations.subscribe(inFull, caller.identity.rights)
        : running.track(operations.execute(inFull).then(counted)))
    } finally {
      share.close()
    }
  }

  const begin = async (id: string, handle: ExecutionArgs, connection: Connection) => {
    const { caller, delivery, beginning, subscriptions } = connection
    const begun = asked.get(handle)
    if (!caller || !begun) throw new Error(STRANGER)
    asked.delete(handle)
    const outcome = await execute(begun, caller)
    if (beginning.get(id) !== handle) {
      // Its client has completed it, and asks something else under its id: graphql-ws would take this for the answer.
      if (outcome instanceof Subscription) outcome.close()
      return await never()
    }
    beginning.delete(id)
    return outcome instanceof Subscription
      ? new SocketSubscription(id, outcome, delivery, subscriptions)
      : outcome
  }

  const { opened } = makeServer<Record<string, unknown>, Connection>({
    onConnect: async (context) => {
      try {
        await enter(context)
        return true
      } catch (error) {
        if (!(error instanceof Unauthenticated)) throw error
        context.extra.close(CloseCode.Unauthorized, error.message)
        return false
      }
    },
    onClose: ({ extra }) => {
      extra.session?.close()
      for (const subscription of extra.subscriptions) subscription.close()
    },
    execute: async () => NOT_YET,
    subscribe: async () => NOT_YET,
    onOperation: ({ extra }, id, _payload, handle) => begin(id, handle, extra),
    onSubscribe: async ({ extra: connection }, id) => {
      const { caller, beginning, subscriptions, asked: operation } = connection
      if (draining) {
        if (beginning.size === 0) connection.close(GOING_AWAY, 'Going away')
        return await never()
      }
      beginning.delete(id) // one that its client has completed
      if (beginning.size + subscriptions.size >= maxSubscriptions())
        return refuse([operations.present(tooMany(maxSubscriptions()))])
      if (!caller || !operation) throw new Error(STRANGER)
      const wait = limiter.request(caller)
      if (wait !== undefined) return refuse([operations.present(tooFast(wait))])
      const prepared = prepare(operation.payload, connection)
      if (!('document' in prepared)) return refuse(prepared)
      if (!typeOf(prepared)) return refuse([operations.present(NO_OPERATION)])
      const handle = { ...HANDLE, schema: operations.schema }
      asked.set(handle, { args: prepared, asked: operation })
      beginning.set(id, handle)
      return handle
    },
    onNext: (_context, _id, _payload, _args, { data, errors }) =>
      errors && {
        ...(data === undefined ? {} : { data }),
        errors: errors.map(formatted),
      },
    onError: ({ extra: { requestId } }, _id, _payload, errors) =>
      errors.map((error) => formatted(operations.present(error, requestId))),
  })
  return {
    opened,
    async drain() {
      draining = true
      await running.idle()
    },
  }
}

const STRANGER = 'a socket whose client is unknown takes no operations'

const NO_OPERATION = badInput('The document has no such operation, or several and none is named.')

/** Undefined where the document has no such operation. */
function typeOf({ document, operationName }: ExecutionArgs): OperationTypeNode | undefined {
  return getOperationAST(document, operationName)?.operation
}

/** Of what has no answer. */
const never = () => new Promise<never>(() => {})

/** What graphql-ws knows of what is asked: that it is something. */
const HANDLE = { document: parse('{ __typename }') }

/** Nothing is executed before its id and its client are told, too. */
const NOT_YET: ExecutionResult = {}

type Opened = Pick<
  Context<Record<string, unknown>, Connection>,
  'connectionParams' | 'extra' | 'subscriptions'
>

/** W3C Trace Context as `{ "traceparent": … }`; `otherwise` where there is none. */
function traceOf(carrier: Carrier | null | undefined, otherwise: TraceContext): TraceContext {
  return propagation.extract(otherwise, carrier ?? {}, TEXTS)
}

type Carrier = Readonly<Record<string, unknown>>

/** Propagators expect what headers are, and stumble over what else JSON may hold. */
const TEXTS: TextMapGetter<Carrier> = {
  keys: Object.keys,
  get(carrier, key) {
    const { [key]: value } = carrier
    return typeof value === 'string' ? value : undefined
  },
}

/** What stands in the place of a token in a client's greeting; undefined where nothing does. */
function presented(greeting: Readonly<Record<string, unknown>> = {}): unknown {
  return greeting.authorization ?? greeting.Authorization ?? undefined
}

const NO_TEXT = 'authorization must be a text: "Bearer", a space and a token'

function tooMany(most: number): GraphQLError {
  return rateLimited('maxSubscriptions', `a socket carries at most ${most} operations at once`, 1)
}
