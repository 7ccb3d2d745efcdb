import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { presentError } from '../graphql/errors.ts'
import type { Log } from '../log.ts'
import { reporter, type Yoga } from './graphql.ts'
import { pathOf } from './path-of.ts'
import { refusal, type SameSiteOptions } from './same-site.ts'

export interface WebSocketOptions {
  readonly yoga: Yoga
  readonly sameSite: SameSiteOptions
  /** of one socket at once */
  readonly maxSubscriptions: number
  readonly log: Log
}

/** Bytes of one message, as of one HTTP body. */
const LARGEST_MESSAGE = 4 * 1024 * 1024

/** `graphql-transport-ws` at `/graphql`; gives what closes every socket with a code that makes clients come back. */
export function serveWebSocket(
  server: Server,
  { yoga, sameSite, maxSubscriptions, log }: WebSocketOptions,
): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE })
  const present = (error: unknown) => presentError(error, reporter(log))
  const { dispose } = useServer(
    {
      execute: (args) => pluginsOf(args).execute(args),
      subscribe: (args) => pluginsOf(args).subscribe(args),
      onSubscribe: async ({ subscriptions }, _id, { query, variables, operationName }) => {
        if (Object.keys(subscriptions).length > maxSubscriptions) return [tooMany(maxSubscriptions)]
        try {
          const prepared = await prepare(yoga, { query, variables, operationName })
          return 'schema' in prepared ? prepared : prepared.map(present)
        } catch (error) {
          return [present(error)]
        }
      },
      onNext: (_context, _id, _payload, _args, { data, errors }) =>
        errors && {
          ...(data === undefined ? {} : { data }),
          errors: errors.map((error) => withoutStatus(error.toJSON())),
        },
      onError: (_context, _id, _payload, errors) =>
        errors.map((error) => withoutStatus(present(error).toJSON())),
    },
    sockets,
  )
  server.on('upgrade', (request, socket: Duplex, head) => {
    if (pathOf(request) !== '/graphql') return refuse(socket, '404 Not Found')
    if (refusal(request, sameSite) !== undefined) return refuse(socket, '403 Forbidden')
    sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request))
  })
  return async () => await dispose()
}

type Plugins = Pick<ReturnType<Yoga['getEnveloped']>, 'execute' | 'subscribe'>

/** `prepare` hands them over as the root value: graphql-ws gives nothing else back. */
function pluginsOf({ rootValue }: ExecutionArgs): Plugins {
  return rootValue as Plugins
}

interface Operation {
  readonly query: string
  readonly variables: Record<string, unknown> | null | undefined
  readonly operationName: string | null | undefined
}

/** Throws GraphQLError where the document cannot be read; gives the errors where it cannot be executed. */
async function prepare(
  yoga: Yoga,
  { query, variables, operationName }: Operation,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { schema, parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped({})
  const document = parse(query)
  const errors = validate(schema, document)
  if (errors.length > 0) return errors
  return {
    schema,
    document,
    variableValues: variables ?? null,
    operationName: operationName ?? null,
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

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
