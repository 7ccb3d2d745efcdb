import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { Cluster, type Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { isCluster, slotOf, tagOf } from '../../src/kairos/cluster.ts'
import { Migration, type Store, Timeseries } from '../../src/kairos/index.ts'
import { Limiter } from '../../src/limits/index.ts'
import { createLog } from '../../src/log.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import type { Log } from '../../src/redis/log.ts'
import { countDisconnects } from '../../src/server/health.ts'
import { Metrics } from '../../src/server/metrics.ts'
import { readMetrics } from '../support/metrics.ts'
import { targetOf } from '../support/redis-client.ts'
import { clusterClient, useCluster } from '../support/redis-cluster.ts'
import { startRedisServer } from '../support/redis-server.ts'
import { rule, storeOf } from '../support/stores.ts'

const on = useCluster()
const NAMES = Array.from({ length: 40 }, (_, i) => `series.${String(i).padStart(2, '0')}`)
const everything = [rule('all', { match: ['**'] })]

const open = () => storeOf(on.redis, everything)
const sumOf = async (store: Store, names: string | readonly string[]) =>
  (await store.query(names, 'minute', { steps: 2, collapsed: true })).buckets[0]?.sum ?? 0

/** Every key, by master. */
const keys = async () =>
  (await Promise.all(on.redis.nodes('master').map((each) => each.keys('*')))).map((each) => each.sort())

test('the slot of a key is that which Redis computes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: fc.constantFrom('{', '}', 'a', 'é', ':') }), async (key) => {
      expect(slotOf(key)).toBe(await on.redis.cluster('KEYSLOT', key))
    }),
  )
  for (const slot of [0, 1, 8191, 16_383]) expect(slotOf(`x{${tagOf(slot)}}y`)).toBe(slot)
})

describe('series spread over a Cluster', () => {
  test('are written, read, joined, listed in order and deleted as elsewhere', async () => {
    const store = open()
    await store.insertMany(NAMES.map((name, i) => ({ name, value: i + 1 })))
    expect((await keys()).every((each) => each.some((key) => key.startsWith('kairos:{')))).toBe(true)
    expect(await Promise.all(NAMES.map((name) => sumOf(store, name)))).toEqual(NAMES.map((_, i) => i + 1))
    expect(await sumOf(store, NAMES)).toBe((40 * 41) / 2)
    expect(await store.names(100)).toEqual(NAMES)
    expect(await store.search({ match: '*.*5', after: NAMES[5], count: 2 })).toEqual([
      'series.15',
      'series.25',
    ])
    expect((await store.extents(NAMES)).size).toBe(40)
    expect(await store.delete(NAMES.slice(0, 39))).toBe(39)
    expect(await store.names(100)).toEqual(NAMES.slice(39))
    await store.rebuildCatalogue()
    expect(await store.names(100)).toEqual(NAMES.slice(39))
  })

  test('names that others wrote are found, and all keys of a prefix deleted', async () => {
    const timeseries = new Timeseries(on.redis, {
      type: 'count',
      prefix: 'kairos',
      layout: 'packed',
      intervals: { minute: { step: 60 } },
    })
    await timeseries.insertMany(NAMES.map((name) => ({ name })))
    const store = open()
    expect(await store.names(100)).toEqual([])
    await store.rebuildCatalogue()
    expect(await store.names(100)).toEqual(NAMES)
    expect(await timeseries.names()).toEqual(NAMES)
    expect(await timeseries.deleteAll()).toBe(40)
    expect((await keys()).flat().filter((key) => key.startsWith('kairos:'))).toEqual([])
  })

  test('a read of several loads no more values than it may', async () => {
    const store = storeOf(on.redis, [rule('all', { match: ['**'], type: 'series' })])
    await store.insertMany(NAMES.map((name) => ({ name, value: 'x' })))
    const plan = store.plan(NAMES, 'minute', { steps: 2 })
    await expect(plan.read(39)).rejects.toMatchObject({ code: 'RANGE_TOO_LARGE' })
    expect((await plan.read(40)).values).toBe(40)
  })

  test.each(['kairos', undefined] as const)('layout kairos is refused', (layout) => {
    const intervals = { minute: { step: 60 } }
    expect(() => new Timeseries(on.redis, { intervals, ...(layout && { layout }) })).toThrow(/layout packed/)
    expect(() => storeOf(on.redis, everything, { layout: 'kairos' })).toThrow(/layout packed/)
  })

  test('are moved to another configuration', async () => {
    const before = storeOf(on.redis, everything)
    await before.open()
    await before.insertMany(NAMES.map((name, i) => ({ name, value: i + 1 })))
    before.close()
    const intervals = [{ name: 'minute', step: 120 }]
    const definitions = [rule('all', { match: ['**'], intervals })]
    const migration = new Migration(on.redis, { prefix: 'kairos', layout: 'packed', definitions })
    expect(await migration.run()).toBe(40)
    const after = storeOf(on.redis, definitions)
    await after.open()
    after.close()
    expect(await after.names(100)).toEqual(NAMES)
    expect(await Promise.all(NAMES.map((name) => sumOf(after, name)))).toEqual(NAMES.map((_, i) => i + 1))
  })

  test('are not moved to another configuration while the Cluster moves slots', async () => {
    const before = storeOf(on.redis, everything)
    await before.open()
    await before.insert({ name: 'a', value: 1 })
    before.close()
    const end = await beginMove('{a}')
    onTestFinished(end)
    const definitions = [rule('all', { match: ['**'], intervals: [{ name: 'minute', step: 120 }] })]
    const migration = new Migration(on.redis, { prefix: 'kairos', layout: 'packed', definitions })
    await expect(migration.run()).rejects.toThrow('The Redis Cluster is moving slots')
    await before.open() // nothing was begun
    before.close()
  })

  test('names that were entered after their series had been deleted are dropped by the next walk, and no others', async () => {
    const store = open()
    await store.insertMany(NAMES.map((name) => ({ name, value: 1 })))
    const gone = ['gone', ...Array.from({ length: 2000 }, (_, i) => `series.0${i}.gone`)]
    for (const name of gone) {
      await on.redis.zadd(`${store.bookkeeping()}expiries`, 'inf', name)
      await on.redis.zadd(`${store.bookkeeping()}names`, 0, name)
    }
    expect(await store.names(3000)).toHaveLength(gone.length + NAMES.length)
    await store.rebuildCatalogue()
    expect(await store.names(3000)).toEqual(NAMES)
  })

  test('a connection to any of the masters that is lost is counted', async () => {
    const metrics = new Metrics()
    const redis = clusterClient(on.cluster)
    onTestFinished(() => redis.disconnect())
    await redis.ping()
    await Promise.all(redis.nodes('master').map((master) => master.ping()))
    countDisconnects(metrics, [redis])
    const server = createServer((_, response) => void metrics.answer(response)).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const count = async () =>
      (await readMetrics(`http://127.0.0.1:${port}`)).value('kairos_redis_disconnects_total')
    expect(await count()).toBe(0)
    const [node] = await on.cluster.masters()
    await node?.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await vi.waitFor(async () => expect(await count()).toBeGreaterThan(0), { timeout: 5000 })
  })

  test('callers are counted by all servers together', async () => {
    const limits = () => ({
      maxRequestsPerSecond: null,
      maxSocketsPerAddress: 1,
      maxSubscriptionsPerIdentity: null,
    })
    const prefix = open().bookkeeping()
    const [one, other] = [0, 1].map(() => new Limiter({ redis: on.redis, prefix, limits }))
    expect(one?.openSocket('10.0.0.1')).toBeDefined()
    await vi.waitFor(() => {
      const release = other?.openSocket('10.0.0.1')
      release?.()
      expect(release).toBeUndefined()
    })
    await Promise.all([one?.close(), other?.close()])
  })
})

describe('a request with an id', () => {
  const inserts = NAMES.map((name) => ({ name, value: 3 }))

  test('is written once, in every slot', async () => {
    const store = open()
    expect(await store.insertMany(inserts, { id: 'x' })).toEqual({
      inserted: 40,
      expired: 0,
      duplicate: false,
    })
    expect(await store.insertMany(inserts, { id: 'x' })).toEqual({
      inserted: 40,
      expired: 0,
      duplicate: true,
    })
    expect(await sumOf(store, NAMES)).toBe(120)
  })

  test('is completed by a repeat', async () => {
    const store = open()
    const broken = 'kairos:{series.07}:minute'
    await on.redis.set(broken, 'foreign')
    await expect(store.insertMany(inserts, { id: 'x' })).rejects.toMatchObject({ code: 'TYPE_MISMATCH' })
    expect(await sumOf(store, 'series.08')).toBe(3)
    await on.redis.del(broken)
    expect(await store.insertMany(inserts, { id: 'x' })).toEqual({
      inserted: 40,
      expired: 0,
      duplicate: false,
    })
    expect(await sumOf(store, NAMES)).toBe(120)
    expect((await store.insertMany(inserts, { id: 'x' })).duplicate).toBe(true)
  })

  test('that asks for something else is noticed where it shares a slot', async () => {
    const store = open()
    await store.insert({ name: 'a', value: 1 }, { id: 'x' })
    await expect(store.insert({ name: 'a', value: 2 }, { id: 'x' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    })
  })

  test('enters the names that a server did not come to enter', async () => {
    const store = open()
    await store.insertMany(inserts, { id: 'x' })
    await Promise.all(['names', 'expiries'].map((key) => on.redis.del(store.bookkeeping() + key)))
    await store.insertMany(inserts, { id: 'x' })
    expect(await store.names(100)).toEqual(NAMES)
  })
})

/** Has the slot of a key moved between two masters, until what is given is called. */
async function beginMove(key: string) {
  const slot = slotOf(key)
  const masters = await on.cluster.masters()
  const at = on.redis.slots[slot]?.[0]
  const from = masters.find(({ server }) => at === `127.0.0.1:${server.port}`)
  const to = masters.find((each) => each !== from)
  if (!from || !to) throw new Error('there are masters')
  await to.redis.cluster('SETSLOT', slot, 'IMPORTING', from.id)
  await from.redis.cluster('SETSLOT', slot, 'MIGRATING', to.id)
  return async () => {
    for (const { redis } of [to, from]) await redis.cluster('SETSLOT', slot, 'STABLE')
    await on.cluster.move(slot, to)
    await on.cluster.settled()
  }
}

describe('while a slot is moved', () => {
  test('nothing is half written, and what waits is written when it has been moved', async () => {
    const store = open()
    await store.insert({ name: 'a', value: 1 })
    const end = await beginMove('{a}')
    const writing = [
      store.insert({ name: 'a', value: 2 }),
      store.insert({ name: 'a', value: 4 }, { id: 'x' }),
    ]
    const before = await keys()
    await end()
    expect((await Promise.all(writing)).map(({ duplicate }) => duplicate)).toEqual([false, false])
    expect(before.flat().filter((key) => key.includes('id:x'))).toEqual([])
    expect(await sumOf(store, 'a')).toBe(7)
  })

  test('what waits too long is refused, and was not written', async () => {
    const store = open()
    await store.insert({ name: 'b', value: 1 })
    const end = await beginMove('{b}')
    const began = performance.now()
    await expect(store.insert({ name: 'b', value: 2 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(performance.now() - began).toBeLessThan(4000)
    await end()
    expect(await sumOf(store, 'b')).toBe(1)
  })

  test('a client that knows the old place writes once', async () => {
    const store = open()
    await store.insert({ name: 'c', value: 1 })
    await on.cluster.move(slotOf('{c}'))
    await store.insert({ name: 'c', value: 2 })
    expect(await sumOf(store, 'c')).toBe(3)
  })
})

async function connect(url: string, log: Log = createLog('silent')): Promise<Redis | Cluster> {
  return await connectRedis({ target: targetOf(url), shown: 'here', log, name: 'test' })
}

async function connectToCluster(log?: Log): Promise<Cluster> {
  const redis = await connect(on.cluster.url, log)
  if (isCluster(redis)) return redis
  throw new Error('that is no Cluster')
}

describe('a URL', () => {
  const port = () => on.cluster.nodes[0]?.server.port

  test('of a Cluster needs one node that answers', async () => {
    const [node] = on.cluster.nodes
    const redis = await connect(`redis+cluster://127.0.0.1:1,127.0.0.1:${node?.server.port}`)
    expect(redis).toBeInstanceOf(Cluster)
    await redis.set('key', 'value')
    expect(await redis.get('key')).toBe('value')
    redis.disconnect()
  })

  test('of a node alone is refused in a sentence that says what to write', async () => {
    await expect(connect(`redis://127.0.0.1:${port()}`)).rejects.toThrow(/write redis\+cluster:/)
  })

  test('that leads to no Cluster that can be used is refused with the reason', async () => {
    const refused = async (url: string, reason: string) =>
      await expect(connect(url)).rejects.toThrow(`Redis at here cannot be used: ${reason}`)
    await refused('redis+cluster://127.0.0.1:1', 'none of its nodes takes connections')
    await refused('redis+cluster://nobody.invalid', 'getaddrinfo E')
    await refused(`redis+cluster://user:hunter2@127.0.0.1:${port()}`, 'WRONGPASS')
    const alone = await startRedisServer()
    await refused(
      `redis+cluster://127.0.0.1:${alone.port}`,
      'it is no Redis Cluster: write redis:// in place',
    )
    await alone.stop()
  })
})

describe('connections to the nodes of a Cluster', () => {
  test('that are ended are not said to be lost', async () => {
    const lines: string[] = []
    const add = (line: string) => void lines.push(line)
    const log = { info: add, warn: add, error: add }
    const redis = await connectToCluster(log)
    await Promise.all(redis.nodes('master').map((each) => each.ping()))
    const ended = redis.nodes().map((each) => once(each, 'end'))
    redis.disconnect()
    await Promise.all(ended)
    await nextTurn()
    expect(lines).toEqual([])
  })

  test('may be lost while the client itself waits for a reply over them', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => void process.off('unhandledRejection', unhandled))
    const redis = await connectToCluster()
    onTestFinished(() => redis.disconnect())
    for (const node of redis.nodes('master')) {
      await node.ping()
      void node.asking() // as the client does where a slot is being moved
      const ended = once(node, 'end')
      node.stream.destroy()
      await ended
    }
    await vi.waitFor(() => redis.get('key'), { timeout: 3000, interval: 20 })
    expect(unhandled).not.toHaveBeenCalled()
  })
})
