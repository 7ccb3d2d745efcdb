import type { ExecutionArgs, GraphQLError, GraphQLFormattedError } from 'graphql'
import { makeServer, type Server } from 'graphql-ws'
import { rateLimited } from '../graphql/errors.ts'
import type { Limits } from '../limits/index.ts'
import type { Log } from '../log.ts'
import type { Caller, ContextOf } from './caller.ts'
import type { Operations } from './operations/operations.ts'
import { tooFast } from './rate-limited.ts'
import { Running } from './running.ts'

export interface ProtocolOptions {
  readonly operations: Operations
  readonly contextOf: ContextOf
  readonly callerLimits: Limits
  /** of one socket at once */
  readonly maxSubscriptions: number
  readonly log: Log
}

export interface Protocol extends Server<Caller> {
  /**
   * From now on operations are left unanswered and undone, so that clients repeat them where they connect next.
   * Resolves when the queries and mutations that run are answered.
   */
  drain(): Promise<void>
}

/** What `graphql-transport-ws` carries: the operations of HTTP, limited and presented as there. */
export function createProtocol({
  operations,
  contextOf,
  callerLimits,
  maxSubscriptions,
}: ProtocolOptions): Protocol {
  const running = new Running()
  let draining = false

  /** What graphql-ws is to execute, or why it cannot. */
  const prepare = (
    { query, variables, operationName }: Operation,
    caller: Caller,
  ): ExecutionArgs | readonly GraphQLError[] => {
    try {
      const document = operations.parse(query)
      const errors = operations.validate(document)
      if (errors.length > 0) return errors
      return {
        schema: operations.schema,
        document,
        variableValues: variables ?? null,
        operationName: operationName ?? null,
        contextValue: contextOf(caller),
      }
    } catch (error) {
      return [operations.present(error)]
    }
  }
  const { opened } = makeServer<Record<string, unknown>, Caller>({
    execute: (args) => running.track(operations.execute(args)),
    subscribe: (args) => operations.subscribe(args),
    onSubscribe: async ({ subscriptions, extra }, _id, operation) => {
      if (draining) return await new Promise<never>(() => {})
      if (Object.keys(subscriptions).length > maxSubscriptions) return [tooMany(maxSubscriptions)]
      const wait = callerLimits.request(extra)
      return wait === undefined ? prepare(operation, extra) : [tooFast(wait)]
    },
    onNext: (_context, _id, _payload, _args, { data, errors }) =>
      errors && {
        ...(data === undefined ? {} : { data }),
        errors: errors.map((error) => withoutStatus(error.toJSON())),
      },
    onError: (_context, _id, _payload, errors) =>
      errors.map((error) => withoutStatus(operations.present(error).toJSON())),
  })
  return {
    opened,
    async drain() {
      draining = true
      await running.idle()
    },
  }
}

interface Operation {
  readonly query: string
  readonly variables?: Record<string, unknown> | null | undefined
  readonly operationName?: string | null | undefined
}

/** A socket has no HTTP status. */
function withoutStatus({ extensions: { http, ...extensions } = {}, ...error }: GraphQLFormattedError) {
  return { ...error, extensions }
}

function tooMany(most: number): GraphQLError {
  return rateLimited(`a socket carries at most ${most} operations at once`, 1)
}
