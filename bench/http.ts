// Requests a second over HTTP, 64 connections: Kairos against a bare `node:http` server, mercurius with its jit, and yoga as
// documented, each with the same engine over the same Redis. Servers are processes of their own and are asked in turn.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { Store } from '../src/kairos/index.ts'
import { definitions, limits, POINTS, range, SERIES, settings } from './support/http-data.ts'
import { startServer } from './support/server-process.ts'
import { withRedis } from './support/with-redis.ts'

const CONNECTIONS = 64
/** Of one round. */
const SECONDS = 3
const ROUNDS = 3

const kinds = ['bare', 'mercurius', 'yoga', 'kairos'] as const
type Kind = (typeof kinds)[number]

interface Question {
  readonly title: string
  /** where the bare server answers it */
  readonly path: string
  readonly query: string
  readonly variables: (connection: number) => Record<string, unknown>
  readonly asked: readonly (Kind | 'bytes')[]
}

const ask = (fields: string) =>
  `query Chart($name: String!) { series(name: $name, interval: "minute", start: ${range.start}, steps: ${POINTS}) { ${fields} } }`
const one = () => ({ name: 'requests.0' })
const own = (connection: number) => ({ name: `requests.${connection % SERIES}` })
const columns = ask('timestamps column(stat: SUM)')
const buckets = ask('buckets { timestamp sum }')

const questions: readonly Question[] = [
  {
    title: '{ __typename }',
    path: '/typename',
    query: '{ __typename }',
    variables: () => ({}),
    asked: kinds,
  },
  {
    title: `${POINTS} points as columns, all of one series`,
    path: '/columns',
    query: columns,
    variables: one,
    asked: [...kinds, 'bytes'],
  },
  {
    title: `${POINTS} points as columns, each of another series`,
    path: '/columns',
    query: columns,
    variables: own,
    asked: [...kinds, 'bytes'],
  },
  {
    title: `${POINTS} points as buckets, all of one series`,
    path: '/buckets',
    query: buckets,
    variables: one,
    asked: kinds,
  },
  {
    title: `${POINTS} points as buckets, each of another series`,
    path: '/buckets',
    query: buckets,
    variables: own,
    asked: kinds,
  },
  {
    title: 'one insert a request',
    path: '/insert',
    query: 'mutation Insert($name: String!) { insert(name: $name, value: 1) { inserted } }',
    variables: own,
    asked: kinds,
  },
]

await withRedis(async (redis, redisUrl) => {
  const store = new Store(redis, { prefix: 'bench', layout: 'packed', definitions, limits })
  for (let series = 0; series < SERIES; series += 1)
    await store.insertMany(
      Array.from({ length: POINTS }, (_, i) => ({
        name: `requests.${series}`,
        value: 1000 + ((i * 37) % 5000),
        timestamp: range.start + i * 60,
      })),
    )
  const folder = await mkdtemp(join(tmpdir(), 'kairos-bench-'))
  const file = join(folder, 'kairos.json')
  await writeFile(file, JSON.stringify(settings))
  const servers = await Promise.all(
    kinds.map(async (kind) => [kind, await startServer('http-server', kind, redisUrl, file)] as const),
  )
  const urls = new Map(servers.map(([kind, { url }]) => [kind, url]))
  try {
    for (const question of questions) await compare(question, urls)
  } finally {
    for (const [, { stop }] of servers) await stop()
    await rm(folder, { recursive: true })
  }
})

async function compare(question: Question, urls: ReadonlyMap<Kind, string>): Promise<void> {
  const rates = new Map(question.asked.map((server): [string, number[]] => [server, []]))
  const urlOf = (server: Kind | 'bytes') => {
    const path = server === 'bytes' ? '/bytes' : server === 'bare' ? question.path : '/graphql'
    return (urls.get(server === 'bytes' ? 'bare' : server) ?? '') + path
  }
  await refuseDifference(question, question.asked.map(urlOf))
  for (let round = 0; round < ROUNDS; round += 1)
    for (const server of question.asked) {
      const rate = await requestsASecond(urlOf(server), question)
      rates.get(server)?.push(rate)
    }
  const median = (server: string) =>
    (rates.get(server) ?? []).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
  console.log(`\n${question.title}, ${CONNECTIONS} connections, medians of ${ROUNDS} rounds`)
  for (const server of question.asked) {
    const ratio = server === 'kairos' ? '' : `  kairos ×${(median('kairos') / median(server)).toFixed(2)}`
    console.log(
      `  ${server.padEnd(10)} ${Math.round(median(server)).toLocaleString('en').padStart(8)} requests/s${ratio}`,
    )
  }
}

async function requestsASecond(url: string, { query, variables }: Question): Promise<number> {
  let connection = 0
  const result = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    connections: CONNECTIONS,
    duration: SECONDS,
    setupClient: (client) => {
      client.setBody(JSON.stringify({ query, variables: variables(connection) }))
      connection += 1
    },
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url} failed: ${result.non2xx} ${result.errors}`)
  return result.requests.average
}

/** A server that answers otherwise, or with an error, is no baseline. */
async function refuseDifference({ query, variables }: Question, urls: readonly string[]): Promise<void> {
  const answers = urls.map(async (url) => {
    const body = JSON.stringify({ query, variables: variables(0) })
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    return await (await fetch(url, { method: 'POST', headers, body })).json()
  })
  const [first, ...others] = await Promise.all(answers)
  for (const other of others) assert.deepEqual(other, first)
}
