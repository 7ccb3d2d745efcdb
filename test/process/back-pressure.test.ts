import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { readMetrics } from '../support/metrics.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

/** MiB of heap; what may wait for Redis is a sixteenth of a little more. */
const HEAP = 256
const MOST_PENDING = (HEAP / 16) * 1.25 * 1024 * 1024
/** Bytes by which the process may grow meanwhile, with what it takes to parse, and garbage. */
const MOST_GROWTH = 150 * 1024 * 1024

let redis: RedisServer
let kairos: ServerProcess
let url: string
let folder: string
beforeAll(async () => {
  redis = await startRedisServer()
  folder = await mkdtemp(join(tmpdir(), 'kairos-test-'))
  const timeseries = [{ name: 'all', match: '**', type: 'count', intervals: { day: { step: 86_400 } } }]
  const config = join(folder, 'kairos.yaml')
  await writeFile(config, JSON.stringify({ monitor: false, timeseries }))
  const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP}` }
  kairos = await startServerProcess(['--redis', redis.url, '--port', '0', '--config', config], env)
  url = await kairos.says(/ready at (\S+)/)
})
afterAll(async () => {
  kairos.kill('SIGKILL')
  await kairos.ended
  await redis.stop()
  await rm(folder, { recursive: true })
})

const SOCKETS = 30
const OF_EACH = 100

test('a Redis that hangs does not have the server grow: what is too much is refused at once, the rest is written', async () => {
  const metric = async (name: string) => (await readMetrics(url)).value(name) ?? Number.NaN
  const before = await metric('process_resident_memory_bytes')
  const clients = Array.from({ length: SOCKETS }, () =>
    createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, lazy: false }),
  )
  await vi.waitFor(async () => expect(await metric('kairos_websockets')).toBe(SOCKETS), { timeout: 10_000 })
  /** What became of each insert: `OK`, or its error. */
  const fates: string[] = []
  const refused = () => fates.filter((fate) => fate !== 'OK')
  const insert = async (client: (typeof clients)[number]) => {
    const reply = await client.iterate({ query: 'mutation { insert(name: "hits") { inserted } }' }).next()
    const [error] = reply.value.errors ?? []
    fates.push(error ? `${error.extensions.code}: ${error.message}` : 'OK')
  }

  process.kill(redis.pid, 'SIGSTOP')
  const all = clients.flatMap((client) => Array.from({ length: OF_EACH }, () => insert(client)))
  await vi.waitFor(() => expect(refused().length).toBeGreaterThan(SOCKETS * OF_EACH * 0.3), { timeout: 9000 })
  expect(await metric('kairos_pending_bytes')).toBeLessThan(MOST_PENDING)
  expect(await metric('process_resident_memory_bytes')).toBeLessThan(before + MOST_GROWTH)
  process.kill(redis.pid, 'SIGCONT')
  await Promise.all(all)

  expect(fates).toHaveLength(SOCKETS * OF_EACH)
  expect(new Set(refused())).toEqual(
    new Set(['STORE_UNAVAILABLE: too much waits for Redis already: repeat it in a moment']),
  )
  expect(await metric('kairos_limit_hits_total{limit="pending"}')).toBe(refused().length)
  expect(await metric('kairos_pending_bytes')).toBe(0)
  const [client] = clients
  const total = await client
    ?.iterate({
      query: '{ series(name: "hits", interval: "day", steps: 2, collapsed: true) { buckets { sum } } }',
    })
    .next()
  expect(total?.value.data).toEqual({ series: { buckets: [{ sum: fates.length - refused().length }] } })
  for (const each of clients) await each.dispose()
})
