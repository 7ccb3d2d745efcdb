import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError } from 'graphql'
import { makeServer, type Server, type SubscribePayload } from 'graphql-ws'
import { presentError } from '../graphql/errors.ts'
import type { Log } from '../log.ts'
import type { Documents } from './documents.ts'
import { reporter, type Yoga } from './graphql.ts'
import { requestOf } from './operation-request.ts'
import { Running } from './running.ts'

export interface ProtocolOptions {
  readonly yoga: Yoga
  readonly documents: Documents
  /** of one socket at once */
  readonly maxSubscriptions: number
  readonly log: Log
}

export interface Protocol extends Server<undefined> {
  /**
   * From now on operations are left unanswered and undone, so that clients repeat them where they connect next.
   * Resolves when the queries and mutations that run are answered.
   */
  drain(): Promise<void>
}

/** What `graphql-transport-ws` carries: the operations of HTTP, prepared, limited and presented as there. */
export function createProtocol({ yoga, documents, maxSubscriptions, log }: ProtocolOptions): Protocol {
  const present = (error: unknown) => presentError(error, reporter(log))
  const running = new Running()
  let draining = false

  const prepared = async (payload: SubscribePayload) => {
    try {
      const args = await prepare(yoga, documents, payload)
      return 'schema' in args ? args : args.map(present)
    } catch (error) {
      return [present(error)]
    }
  }
  const { opened } = makeServer<Record<string, unknown>, undefined>({
    execute: (args) => running.track(Promise.resolve(pluginsOf(args).execute(args))),
    subscribe: (args) => pluginsOf(args).subscribe(args),
    onSubscribe: async ({ subscriptions }, _id, operation) => {
      if (draining) return await new Promise<never>(() => {})
      if (Object.keys(subscriptions).length > maxSubscriptions) return [tooMany(maxSubscriptions)]
      return await running.track(prepared(operation))
    },
    onNext: (_context, _id, _payload, _args, { data, errors }) =>
      errors && {
        ...(data === undefined ? {} : { data }),
        errors: errors.map((error) => withoutStatus(error.toJSON())),
      },
    onError: (_context, _id, _payload, errors) =>
      errors.map((error) => withoutStatus(present(error).toJSON())),
  })
  return {
    opened,
    async drain() {
      draining = true
      await running.idle()
    },
  }
}

type Plugins = Pick<ReturnType<Yoga['getEnveloped']>, 'execute' | 'subscribe'>

/** `prepare` hands them over as the root value: graphql-ws gives nothing else back. */
function pluginsOf({ rootValue }: ExecutionArgs): Plugins {
  return rootValue as Plugins
}

/** Throws GraphQLError where the document cannot be found or read; gives the errors where it cannot be executed. */
async function prepare(
  yoga: Yoga,
  documents: Documents,
  payload: SubscribePayload,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { schema, parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped({})
  const request = requestOf(payload)
  const document = parse(documents.documentOf(request))
  const errors = validate(schema, document)
  if (errors.length > 0) return errors
  return {
    schema,
    document,
    variableValues: request.variables ?? null,
    operationName: request.operationName ?? null,
    contextValue: await contextFactory(),
    rootValue: { execute, subscribe },
  }
}

/** A socket has no HTTP status. */
function withoutStatus({ extensions: { http, ...extensions } = {}, ...error }: GraphQLFormattedError) {
  return { ...error, extensions }
}

function tooMany(most: number): GraphQLError {
  return new GraphQLError(`a socket carries at most ${most} operations at once`, {
    extensions: { code: 'RATE_LIMITED', retryAfter: 1 },
  })
}
