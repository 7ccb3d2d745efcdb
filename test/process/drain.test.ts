import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { watchSeries } from '../../src/client/node.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

/** A histogram of numbers each of which is inserted by nobody else, kept for ever. */
const SETTINGS = {
  monitor: false,
  timeseries: [
    {
      name: 'all',
      match: '**',
      type: 'histogram',
      values: 'integer',
      intervals: { all: { step: 'yearly' } },
    },
  ],
}

const INSERT =
  'mutation($value: Value!, $id: ID) { insert(name: "numbers", value: $value, id: $id) { inserted } }'

let redis: RedisServer
let folder: string
const started: ServerProcess[] = []
beforeAll(async () => {
  redis = await startRedisServer()
  folder = await mkdtemp(join(tmpdir(), 'kairos-test-'))
  await writeFile(join(folder, 'kairos.json'), JSON.stringify(SETTINGS))
})
afterAll(async () => {
  for (const { kill, ended } of started) {
    kill('SIGKILL')
    await ended
  }
  await redis.stop()
  await rm(folder, { recursive: true, force: true })
})

async function startKairos(): Promise<{ kairos: ServerProcess; url: URL }> {
  const config = join(folder, 'kairos.json')
  const kairos = await startServerProcess(['--config', config, '--redis', redis.url, '--port', '0'])
  started.push(kairos)
  return { kairos, url: new URL(await kairos.says(/ready at (\S+)/)) }
}

interface Variables {
  readonly value: number
  readonly id?: string
}

/** Inserts at one server; rejects where that says nothing of it. */
interface Way {
  insert(variables: Variables): Promise<void>
  close(): void
}

interface Answer {
  readonly data?: unknown
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
}

/** What is in an answer other than that it was done is told as an Error with this message. */
function checkDone({ data, errors }: Answer): void {
  if (errors || JSON.stringify(data) !== '{"insert":{"inserted":1}}')
    throw new Error(`${errors?.[0]?.extensions.code}`)
}

/** Over connections that are kept, as many as `lasting`. */
function overHttp(url: URL, onAnswer: (answer: IncomingMessage) => void): Way {
  const agent = new Agent({ keepAlive: true })
  const headers = { 'content-type': 'application/json' }
  return {
    async insert(variables) {
      const post = request({ port: url.port, path: '/graphql', method: 'POST', headers, agent })
      post.end(JSON.stringify({ query: INSERT, variables }))
      const [answer] = (await once(post, 'response')) as [IncomingMessage]
      checkDone(JSON.parse((await answer.toArray()).join('')))
      onAnswer(answer)
    },
    close: () => agent.destroy(),
  }
}

function overWebSocket(url: URL): Way {
  const client = createClient({
    url: `ws://${url.host}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => {},
  })
  return {
    async insert(variables) {
      const { value } = await client.iterate({ query: INSERT, variables: { ...variables } }).next()
      checkDone(value)
    },
    close: () => void client.dispose(),
  }
}

const WRITERS = 24

test('SIGTERM under load: what was acknowledged is stored once, and what was not fails, and is stored once when it is repeated elsewhere', async () => {
  const [first, second] = [await startKairos(), await startKairos()]
  const acknowledged = { withId: new Set<number>(), without: new Set<number>() }
  const failures = new Map<string, number>()
  let [last, stopping, over] = [0, false, false]
  let closing = 0
  let lasting = 0

  const write = async (n: number) => {
    const onAnswer = ({ headers }: IncomingMessage) => {
      if (stopping && headers.connection === 'close') closing += 1
    }
    const open = (url: URL) => (n % 2 === 0 ? overHttp(url, onAnswer) : overWebSocket(url))
    let [way, moved] = [open(first.url), false]
    while (!over) {
      const value = ++last
      const id = n % 4 < 2 ? `number ${value}` : undefined
      for (;;) {
        try {
          await way.insert({ value, ...(id !== undefined && { id }) })
          acknowledged[id === undefined ? 'without' : 'withId'].add(value)
          break
        } catch (error) {
          const why = describe(error)
          failures.set(why, (failures.get(why) ?? 0) + 1)
          if (!stopping || moved) throw error
          way.close()
          way = open(second.url)
          moved = true
          if (id === undefined) break
        }
      }
      if (moved) lasting += 1
    }
    way.close()
  }
  const watching = Array.from({ length: 20 }, () =>
    watchSeries({ url: `${first.url}graphql`, name: 'numbers', interval: 'all', steps: 1 }),
  )
  const writing = Promise.all(Array.from({ length: WRITERS }, (_, n) => write(n)))
  writing.catch(() => {})
  const acknowledgedBy = (many: number) =>
    expect
      .poll(() => acknowledged.withId.size + acknowledged.without.size, { timeout: 20_000 })
      .toBeGreaterThan(many)

  await acknowledgedBy(500)
  await expect.poll(() => watching.every(({ state }) => state.live)).toBe(true)
  stopping = true
  const began = performance.now()
  first.kairos.kill('SIGTERM')
  expect(await first.kairos.ended).toBe(0)
  expect(performance.now() - began).toBeLessThan(5000)
  for (const { state } of watching) expect(state.live).toBe(false)
  await expect.poll(() => lasting, { timeout: 20_000 }).toBeGreaterThan(300)
  over = true
  await writing
  for (const watch of watching) watch.close()

  const counts = await stored(second.url)
  expect([...counts.values()].filter((count) => count !== 1)).toEqual([])
  expect([...acknowledged.withId, ...acknowledged.without].filter((value) => !counts.has(value))).toEqual([])
  // Those without an id that failed may be there, and no others.
  expect(counts.size).toBeLessThanOrEqual(last)
  expect(
    [...failures.keys()].filter((why) => !/^(1001|ECONNRESET|ECONNREFUSED|socket hang up)$/.test(why)),
  ).toEqual([])
  expect(closing).toBeGreaterThan(0)
  expect(first.kairos.output).not.toMatch(/"level":[45]0/)
}, 60_000)

function describe(error: unknown): string {
  const { code, message } = Object(error)
  return String(code ?? message)
}

async function stored(url: URL): Promise<Map<number, number>> {
  const query =
    '{ series(name: "numbers", interval: "all", steps: 2) { buckets { entries { value count } } } }'
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const { data } = await response.json()
  const buckets: { entries: { value: number; count: number }[] }[] = data.series.buckets
  return new Map(buckets.flatMap(({ entries }) => entries.map(({ value, count }) => [value, count])))
}
