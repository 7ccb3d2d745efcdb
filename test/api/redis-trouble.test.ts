import { rm } from 'node:fs/promises'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { explain } from '../../src/kairos/redis-errors.ts'
import { type Reply, startTestApp, type TestApp } from '../support/app.ts'
import { lawful } from '../support/hostile/laws.ts'
import { readMetrics } from '../support/metrics.ts'
import { socketClient } from '../support/transports.ts'

/** Seconds after which a server that does not answer is given up, and some for a slow machine. */
const GIVEN_UP = 10 + 5

const READ = '{ series(name: "a", interval: "minute", steps: 2) { end buckets { sum } } }'
const LIST = '{ catalogue { edges { node { name latest { sum } } } } }'
const INFO = '{ info(name: "a") { extents { first } } }'
const INSERT = 'mutation { insert(name: "a", id: "1") { inserted duplicate } }'
const DELETE = 'mutation { delete(names: ["a"]) { deleted } }'
const WATCH = 'subscription { series(name: "new", interval: "minute", steps: 3) { kind } }'

let app: TestApp
beforeEach(async () => {
  app = await startTestApp({
    monitor: false,
    timeseries: [{ name: 'all', match: '**', type: 'count', intervals: { minute: { step: 60 } } }],
  })
  expect((await app.query('mutation { insert(name: "a") { inserted } }')).errors).toBeUndefined()
})
afterEach(() => app.stop())

/** The code of each error, which tells nothing of Redis. */
async function codesOf(query: string): Promise<unknown[] | undefined> {
  const response = await fetch(`${app.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  expect(response.status).toBe(200)
  return lawful(await response.text()).errors?.map(({ extensions }) => extensions.code)
}

/** Of what `a` holds. */
async function total(): Promise<number> {
  const { buckets } = (await app.query(READ)).data.series
  return buckets.reduce((sum: number, bucket: { sum: number | null }) => sum + (bucket.sum ?? 0), 0)
}

async function codesOverSocket(query: string): Promise<unknown[] | undefined> {
  const client = socketClient(app.app.url)
  const reply = await client
    .iterate({ query })
    .next()
    .then(({ value }) => value as Reply)
    .catch((errors) => ({ errors }))
  await client.dispose()
  return lawful(JSON.stringify(reply)).errors?.map(({ extensions }) => extensions.code)
}

const UNAVAILABLE = ['STORE_UNAVAILABLE']

/** What the server says of itself: status and text of `/health/ready`, and whether Redis is there, and takes writes. */
async function health(): Promise<unknown[]> {
  const ready = await fetch(`${app.app.url}/health/ready`)
  const { value } = await readMetrics(app.app.url)
  const metrics = ['kairos_redis_up', 'kairos_redis_writable'].map(value)
  return [ready.status, (await ready.text()).trim(), ...metrics]
}
const WELL = [200, 'ok', 1, 1]
const refusing = (reason: string) => [200, `ok, but Redis refuses: ${reason}`, 1, 0]

test('without a Redis everything is STORE_UNAVAILABLE at once, and the server says that it is not ready', async () => {
  app.redis.disconnect()
  await app.server.kill()
  const began = performance.now()
  for (const query of [READ, LIST, INFO, INSERT, DELETE]) {
    expect([query, await codesOf(query)]).toEqual([query, UNAVAILABLE])
    expect([query, await codesOverSocket(query)]).toEqual([query, UNAVAILABLE])
  }
  expect(await codesOverSocket(WATCH)).toEqual(UNAVAILABLE)
  expect(performance.now() - began).toBeLessThan(5000)
  expect(await health()).toEqual([503, 'Redis cannot be reached', 0, 0])
  expect((await fetch(`${app.app.url}/health/live`)).status).toBe(200)
})

test('a Redis that hangs is STORE_UNAVAILABLE after ten seconds, and a repeat with the same id writes once', async () => {
  process.kill(app.server.pid, 'SIGSTOP')
  expect(await health()).toEqual([503, 'Redis does not answer', 0, 0])
  const began = performance.now()
  const codes = await Promise.all([READ, LIST, INFO, INSERT].map((query) => codesOf(query)))
  expect(codes).toEqual(codes.map(() => UNAVAILABLE))
  expect((performance.now() - began) / 1000).toBeLessThan(GIVEN_UP)
  process.kill(app.server.pid, 'SIGCONT')
  await vi.waitFor(async () => expect(await codesOf(READ)).toBeUndefined())
  for (let i = 0; i < 2; i += 1) expect((await app.query(INSERT)).data.insert.inserted).toBe(1)
  expect(await total()).toBe(2)
  expect(await health()).toEqual(WELL)
})

describe('a Redis that does not take writes', () => {
  test('for want of memory still reads and deletes', async () => {
    await app.redis.config('SET', 'maxmemory', '1')
    expect(await codesOf(INSERT)).toEqual(UNAVAILABLE)
    expect(await codesOf(READ)).toBeUndefined()
    expect(await codesOf(LIST)).toBeUndefined()
    expect(await codesOf(INFO)).toBeUndefined()
    expect(await health()).toEqual(refusing('its memory is full (OOM)'))
    expect((await app.query(DELETE)).data).toEqual({ delete: { deleted: 1 } })
    await app.redis.config('SET', 'maxmemory', '0')
    expect((await app.query(INSERT)).data.insert).toEqual({ inserted: 1, duplicate: false })
    expect(await health()).toEqual(WELL)
  })

  test('since it is a replica still reads', async () => {
    await app.redis.replicaof('127.0.0.1', '1')
    expect(await codesOf(INSERT)).toEqual(UNAVAILABLE)
    expect(await codesOf(DELETE)).toEqual(UNAVAILABLE)
    expect(await codesOf(READ)).toBeUndefined()
    expect(await codesOf(LIST)).toBeUndefined()
    expect(await health()).toEqual(refusing('it is a replica (READONLY)'))
    await app.redis.replicaof('NO', 'ONE')
    expect((await app.query(INSERT)).data.insert).toEqual({ inserted: 1, duplicate: false })
  })

  test('for want of a replica is STORE_UNAVAILABLE', async () => {
    await app.redis.config('SET', 'min-replicas-to-write', '1')
    expect(await codesOf(INSERT)).toEqual(UNAVAILABLE)
    expect(await codesOf(DELETE)).toEqual(UNAVAILABLE)
    expect(await health()).toEqual(refusing('too few replicas are connected to it (NOREPLICAS)'))
  })

  test('since it cannot save its data still reads', async () => {
    const [, folder = ''] = await app.redis.config('GET', 'dir')
    await app.redis.config('SET', 'save', '3600 1')
    await rm(folder, { recursive: true })
    await app.redis.bgsave()
    await vi.waitFor(() => expect(app.redis.ping()).rejects.toThrow('MISCONF'))
    expect(await codesOf(INSERT)).toEqual(UNAVAILABLE)
    expect(await codesOf(DELETE)).toEqual(UNAVAILABLE)
    expect(await codesOf(READ)).toBeUndefined()
    expect(await codesOf(LIST)).toBeUndefined()
    const reason = 'it cannot save its data, as where its disk is full (MISCONF)'
    expect(await health()).toEqual(refusing(reason))
    await app.redis.config('SET', 'save', '')
    expect((await app.query(INSERT)).data.insert).toEqual({ inserted: 1, duplicate: false })
    expect(await health()).toEqual(WELL)
  })

  test('since its ACL does not let our user write still reads', async () => {
    await app.redis.call('ACL', 'SETUSER', 'default', '-@write')
    expect(await codesOf(INSERT)).toEqual(UNAVAILABLE)
    expect(await codesOf(DELETE)).toEqual(UNAVAILABLE)
    expect(await codesOf(READ)).toBeUndefined()
    expect(await health()).toEqual(refusing('its ACL does not let this user do so (NOPERM)'))
    await app.redis.call('ACL', 'SETUSER', 'default', '+@all')
    expect((await app.query(INSERT)).data.insert).toEqual({ inserted: 1, duplicate: false })
  })
})

test('a password that is changed while the server runs is STORE_UNAVAILABLE, until it is the old one again', async () => {
  const operator = new Redis(app.server.url)
  await operator.config('SET', 'requirepass', 'changed')
  await operator.call('CLIENT', 'KILL', 'SKIPME', 'yes')
  await vi.waitFor(async () => expect(await codesOf(READ)).toEqual(UNAVAILABLE))
  expect(await codesOf(INSERT)).toEqual(UNAVAILABLE)
  expect(await health()).toEqual([503, 'Redis cannot be reached', 0, 0])
  await operator.config('SET', 'requirepass', '')
  operator.disconnect()
  await vi.waitFor(async () => expect(await codesOf(READ)).toBeUndefined(), { timeout: 2000 })
  expect((await app.query(INSERT)).data.insert).toEqual({ inserted: 1, duplicate: false })
  await vi.waitFor(async () => expect(await health()).toEqual(WELL))
})

test("somebody else's script that runs for long is STORE_UNAVAILABLE, and so is one that is killed", async () => {
  await app.redis.config('SET', 'lua-time-limit', '1') // Redis 7 knows it by another name, too
  const other = new Redis(app.server.url)
  const killed = other.eval('while true do end', 0).catch((error: unknown) => error)
  await vi.waitFor(() => expect(app.redis.ping()).rejects.toThrow('BUSY'))
  for (const query of [READ, LIST, INFO, INSERT, DELETE])
    expect([query, await codesOf(query)]).toEqual([query, UNAVAILABLE])
  const reason = 'Redis refuses: a script of somebody runs for long (BUSY)'
  expect(await health()).toEqual([503, reason, 0, 0])
  await app.redis.script('KILL')
  expect(explain(await killed)).toMatchObject({ code: 'STORE_UNAVAILABLE' })
  other.disconnect()
  expect(await codesOf(READ)).toBeUndefined()
})

test('scripts that Redis has forgotten are sent again', async () => {
  await app.redis.script('FLUSH')
  for (const query of [READ, LIST, INFO, INSERT, DELETE]) expect(await codesOf(query)).toBeUndefined()
})

test.each([
  ['a bucket', 'kairos:{a}:minute:*', [READ, INSERT]],
  ['an index', 'kairos:{a}:minute', [INFO, DELETE]],
  ['the names', '__kairos:kairos:names', [LIST, INSERT]],
  ['the expiries', '__kairos:kairos:expiries', [INSERT]],
])('%s of a foreign type is TYPE_MISMATCH, and stays as it is', async (_what, pattern, queries) => {
  const keys = await app.redis.keys(pattern)
  expect(keys.length).toBeGreaterThan(0)
  for (const key of keys) await app.redis.multi().del(key).hset(key, 'x', 'y').exec()
  for (const query of queries) expect([query, await codesOf(query)]).toEqual([query, ['TYPE_MISMATCH']])
  for (const key of keys) expect(await app.redis.hgetall(key)).toEqual({ x: 'y' })
})

test('an id whose marker is of a foreign type is TYPE_MISMATCH, and nothing is written', async () => {
  await app.redis.set('__kairos:kairos:id:1', 'x')
  expect(await codesOf(INSERT)).toEqual(['TYPE_MISMATCH'])
  expect(await total()).toBe(1)
})
