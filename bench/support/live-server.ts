// One of the servers that `bench/live-*.ts` compare, as a process of its own: `live-server.ts KIND REDIS_URL`.
import { setMaxListeners } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ExecutionArgs, execute, subscribe } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { createPubSub, createSchema, createYoga } from 'graphql-yoga'
import { Redis } from 'ioredis'
import { type WebSocket, WebSocketServer } from 'ws'
import { beMeasured } from './be-measured.ts'
import { configOf, openStore, others } from './live-data.ts'

const [kind = '', redisUrl = ''] = process.argv.slice(2)

async function kairos(): Promise<void> {
  const [{ start }, { createLog }] = await Promise.all([
    import('../../src/app.ts'), // the others start in less time without
    import('../../src/log.ts'),
  ])
  const { url } = await start(await configOf(redisUrl), createLog('error'))
  beMeasured(url)
}

/** Sends every client what it is handed. */
async function broadcast(): Promise<void> {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  beMeasured(await listening(server), (text) => {
    for (const socket of sockets.clients) socket.send(text)
  })
}

/** Sends what is published on a Redis channel to every client that has named it. */
async function forward(): Promise<void> {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  const redis = new Redis(redisUrl)
  const listeners = new Map<string, Set<WebSocket>>()
  redis.on('message', (channel, text) => {
    for (const socket of listeners.get(channel) ?? []) socket.send(text)
  })
  sockets.on('connection', (socket) =>
    socket.once('message', async (data) => {
      const channel = String(data)
      const those = listeners.get(channel) ?? new Set()
      listeners.set(channel, those.add(socket))
      await redis.subscribe(channel)
      socket.send('"subscribed"')
    }),
  )
  beMeasured(await listening(server))
}

interface Enveloped extends ExecutionArgs {
  readonly execute: typeof execute
  readonly subscribe: typeof subscribe
}

/** graphql-yoga with graphql-ws and its own pubsub, as its documentation has them, and the part of our schema that is asked for. */
async function yoga(): Promise<void> {
  setMaxListeners(0) // every subscription is one, and Node would warn
  const pubSub = createPubSub<{ series: [name: string, update: Readonly<Record<string, unknown>>] }>()
  const yoga = createYoga({
    schema: createSchema({
      typeDefs: `
        scalar Timestamp
        scalar Value
        enum UpdateKind { SNAPSHOT DELTA }
        type Bucket { timestamp: Timestamp! value: Value }
        type Series { buckets: [Bucket!]! }
        type SeriesUpdate { kind: UpdateKind! cursor: String! removed: [Timestamp!]! changed: Series! }
        type Query { unused: Boolean }
        type Subscription { series(name: String!, interval: String!, steps: Int, maxRate: Float!): SeriesUpdate! }`,
      resolvers: {
        Subscription: {
          series: {
            subscribe: (_root: unknown, { name }: { name: string }) => pubSub.subscribe('series', name),
            resolve: (update: unknown) => update,
          },
        },
      },
    }),
  })
  const server = createServer(yoga)
  useServer(
    {
      execute: (args) => (args as Enveloped).execute(args),
      subscribe: (args) => (args as Enveloped).subscribe(args),
      onSubscribe: async (context, _id, params) => {
        const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
          ...context,
          req: context.extra.request,
          socket: context.extra.socket,
          params,
        })
        const args = {
          schema,
          operationName: params.operationName,
          document: parse(params.query),
          variableValues: params.variables,
          contextValue: await contextFactory(),
          execute,
          subscribe,
        }
        const errors = validate(args.schema, args.document)
        return errors.length > 0 ? errors : args
      },
    },
    new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
  )
  beMeasured(await listening(server), (text) => {
    const { data } = JSON.parse(text).payload
    pubSub.publish('series', 'chart.0', data.series)
  })
}

/** Writes a value to each of 100 other series a hundred times a second, as somebody's other traffic does. */
async function write(): Promise<void> {
  const store = await openStore(new Redis(redisUrl), redisUrl)
  setInterval(() => store.insertMany(others), 10)
  beMeasured(redisUrl)
}

/** Listens to Redis's notifications and does nothing about them: to one pattern, or to the keys that follow. */
async function listen(): Promise<void> {
  const redis = new Redis(redisUrl)
  const [, , , , first = '', ...more] = process.argv
  if (first.endsWith('*')) await redis.psubscribe(first)
  else await redis.subscribe(first, ...more)
  beMeasured(redisUrl)
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const kinds: Record<string, () => Promise<void>> = { kairos, broadcast, forward, yoga, write, listen }
await kinds[kind]?.()
