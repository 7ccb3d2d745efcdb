// One of the servers that `bench/http.ts` compares, as a process of its own: `http-server.ts KIND REDIS_URL`.

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import Fastify from 'fastify'
import { createYoga } from 'graphql-yoga'
import { Redis } from 'ioredis'
import { mercurius } from 'mercurius'
import { start } from '../../src/app.ts'
import { Rights } from '../../src/auth/index.ts'
import { loadConfig } from '../../src/config/index.ts'
import type { Context } from '../../src/graphql/context.ts'
import { GuardedStore } from '../../src/graphql/guarded-store.ts'
import { schema } from '../../src/graphql/schema.ts'
import { column, type Query, Store } from '../../src/kairos/index.ts'
import { Live } from '../../src/live/index.ts'
import { createLog } from '../../src/log.ts'
import { beMeasured } from './be-measured.ts'
import { definitions, limits, range } from './http-data.ts'

const [kind = '', redisUrl = ''] = process.argv.slice(2)
const redis = new Redis(redisUrl)
const store = new Store(redis, { prefix: 'bench', layout: 'packed', definitions, limits })
const log = createLog('error')

const read = async (name: string, query: Query = range) => await store.query(name, 'minute', query)
const sums = ({ buckets }: Awaited<ReturnType<typeof read>>) => column(buckets, { stat: 'sum', fill: 'null' })

/** Node's own server: it looks at no document, its path says what is asked. */
async function bare(): Promise<string> {
  const stored = await read('requests.0')
  const bytes = JSON.stringify({ data: { series: { timestamps: times(stored), column: sums(stored) } } })
  const answers: Record<string, (body: string) => Promise<unknown> | string> = {
    '/typename': () => '{"data":{"__typename":"Query"}}',
    '/bytes': () => bytes,
    '/columns': async (body) => {
      const run = await read(JSON.parse(body).variables.name)
      return { data: { series: { timestamps: times(run), column: sums(run) } } }
    },
    '/buckets': async (body) => {
      const { buckets } = await read(JSON.parse(body).variables.name)
      return {
        data: { series: { buckets: buckets.map(({ timestamp, sum }) => ({ timestamp, sum })) } },
      }
    },
    '/insert': async (body) => {
      const { inserted } = await store.insert({ ...JSON.parse(body).variables, value: 1 })
      return { data: { insert: { inserted } } }
    },
  }
  return await listening(
    createServer(async (request, response) => {
      const answer = await answers[request.url ?? '']?.(await textOf(request))
      response
        .setHeader('content-type', 'application/json; charset=utf-8')
        .end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    }),
  )
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

function times({ buckets }: Awaited<ReturnType<typeof read>>): number[] {
  return buckets.map(({ timestamp }) => timestamp)
}

async function withMercurius(): Promise<string> {
  const server = Fastify()
  await server.register(mercurius, {
    jit: 1,
    schema: `
      type Query { series(name: String!, interval: String!, start: Float, steps: Int): Series }
      type Mutation { insert(name: String!, value: Float): Inserted }
      type Series { timestamps: [Float!]! column(stat: Stat!): [Float]! buckets: [Bucket!]! }
      type Bucket { timestamp: Float! sum: Float }
      type Inserted { inserted: Int! }
      enum Stat { SUM }`,
    resolvers: {
      Query: {
        series: (_root, { name, start, steps }: { name: string; start: number; steps: number }) =>
          read(name, { start, steps }),
      },
      Mutation: {
        insert: (_root, insert: { name: string; value: number }) => store.insert(insert),
      },
      Series: { timestamps: times, column: sums },
    },
  })
  return await server.listen({ port: 0, host: '127.0.0.1' })
}

/** As its documentation has it: the schema and its context, nothing else. */
async function yoga(): Promise<string> {
  const live = new Live({ redis, store, log })
  const context = (): Context => ({
    requestId: 'bench',
    trace: ROOT_CONTEXT,
    store: new GuardedStore(store, { name: null, rights: Rights.all, expires: null }),
    live,
    limits,
    beginSubscription: () => () => {},
  })
  return await listening(createServer(createYoga({ schema, context })))
}

async function kairos(): Promise<string> {
  const argv = ['--redis', redisUrl, '--port', '0', '--config', process.argv[4] ?? '']
  const config = await loadConfig({ argv, env: {}, cwd: '.' })
  return (await start(config, log)).url
}

async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const kinds: Record<string, () => Promise<string>> = { bare, mercurius: withMercurius, yoga, kairos }
const url = await kinds[kind]?.()
if (url !== undefined) beMeasured(url)
