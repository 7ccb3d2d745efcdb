import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { isCluster, slotOf } from '../../src/kairos/cluster.ts'
import { startLive } from '../support/live.ts'
import { startLoad, totals } from '../support/load.ts'
import { type RedisCluster, startRedisCluster } from '../support/redis-cluster.ts'
import { startRedisServer } from '../support/redis-server.ts'
import { rule } from '../support/stores.ts'

const NAMES = Array.from({ length: 6 }, (_, i) => `series.${i}`)
const definitions = [rule('all', { match: ['**'], intervals: [{ name: 'all', step: '1y', steps: 3 }] })]

let cluster: RedisCluster
beforeAll(async () => {
  cluster = await startRedisCluster()
})
afterAll(() => cluster.stop())

test('what a replica has to confirm is there once after its master has crashed', async () => {
  const running = await startLive(cluster.url, { definitions, replicated: true })
  onTestFinished(running.close)
  const { store, redis } = running
  const load = startLoad(store, NAMES)
  onTestFinished(load.abandon)
  await load.acknowledge(50)
  const slot = slotOf(`{${NAMES[0]}}`)
  const address = 'slots' in redis ? redis.slots[slot]?.[0] : undefined
  const crashed = (await cluster.masters()).find(({ server }) => `127.0.0.1:${server.port}` === address)
  expect(crashed).toBeDefined()
  await crashed?.server.kill()
  await cluster.settled()
  // The master that took its place has no replica: what is written there is not acknowledged any more.
  await expect(store.insert({ name: NAMES[0] ?? '' }, { id: 'late' })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(/no replica/),
  })
  const acknowledged = new Map(load.acknowledged)
  const stored = await totals(store, NAMES)
  for (const [name, sum] of acknowledged) expect(stored.get(name)).toBeGreaterThanOrEqual(sum)
})

test('without a replica nothing is acknowledged, in time, and reads go on', async () => {
  const server = await startRedisServer()
  onTestFinished(() => server.stop())
  const { store, close } = await startLive(server.url, { definitions, replicated: true })
  onTestFinished(close)
  const began = performance.now()
  const inserts = Array.from({ length: 100 }, (_, i) => store.insert({ name: 'a' }, { id: String(i) }))
  expect(await totals(store, ['b'])).toEqual(new Map([['b', 0]]))
  const read = performance.now() - began
  const outcomes = await Promise.allSettled(inserts)
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
  expect(performance.now() - began).toBeLessThan(2500)
  expect(read).toBeLessThan(400)
})

test('what a master that is made a replica cannot confirm is STORE_UNAVAILABLE', async () => {
  // One that takes writes all the same refuses to wait for replicas of its own.
  const server = await startRedisServer(['--replica-read-only', 'no'])
  onTestFinished(() => server.stop())
  const { store, redis, close } = await startLive(server.url, { definitions, replicated: true })
  onTestFinished(close)
  if (isCluster(redis)) throw new Error('this is no Cluster')
  await redis.replicaof('127.0.0.1', 1)
  await expect(store.insert({ name: 'a' }, { id: 'a' })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(/no replica/),
  })
})
