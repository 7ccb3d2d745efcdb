import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createLog } from '../../src/log.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { startLive, type TestLive } from '../support/live.ts'
import { hold, startLoad, totals } from '../support/load.ts'
import { targetOf } from '../support/redis-client.ts'
import { type RedisSentinel, startRedisSentinel } from '../support/redis-sentinel.ts'
import { rule } from '../support/stores.ts'

const NAMES = ['a', 'b', 'c']
const definitions = [rule('all', { match: ['**'], intervals: [{ name: 'all', step: '1y', steps: 3 }] })]
const PASSWORD = 'p@ss/word:1'

let sentinel: RedisSentinel
beforeAll(async () => {
  sentinel = await startRedisSentinel({ password: PASSWORD })
})
afterAll(() => sentinel.stop())

const connect = (url: string) =>
  connectRedis({ target: targetOf(url), shown: 'here', log: createLog('silent'), name: 'test' })

describe('a URL of Sentinels', () => {
  test('leads to the master, and to the database that it names', async () => {
    const redis = await connect(`${sentinel.url}/3`)
    const [role] = (await redis.role()) as unknown[]
    await redis.set('key', 'of the third')
    expect([role, await sentinel.redis.get('key')]).toEqual(['master', null])
    redis.disconnect()
  })

  test('of a master that they do not know is refused in a sentence', async () => {
    const url = sentinel.url.replace(/[^/]*$/, 'nobody')
    await expect(connect(url)).rejects.toThrow(/^Redis at here cannot be used: /)
  })

  test('goes past a Sentinel that is gone', async () => {
    const redis = await connect(sentinel.url.replace('@', '@127.0.0.1:1,'))
    expect(await redis.ping()).toBe('PONG')
    redis.disconnect()
  })
})

describe('after a failover', () => {
  let running: TestLive
  beforeAll(async () => {
    running = await startLive(sentinel.url, { definitions })
  })
  afterAll(() => running.close())

  test('every acknowledged insert is there once, and subscribers hold what is there', async () => {
    const { store, live } = running
    const held = await hold(live, store, NAMES)
    onTestFinished(held.close)
    const load = startLoad(store, NAMES)
    onTestFinished(load.abandon)
    for (let times = 0; times < 2; times += 1) {
      const before = await sentinel.masterPort()
      await load.acknowledge(50)
      await sentinel.failOver()
      await load.acknowledge(50)
      expect(await sentinel.masterPort()).not.toBe(before)
    }
    await load.stop()
    const stored = await totals(store, NAMES)
    expect(stored).toEqual(load.acknowledged)
    await vi.waitFor(() => expect(held.sums).toEqual(stored), { timeout: 2500, interval: 20 })
  })

  test('a master that hangs is left as soon as there is another one', async () => {
    const { store, live } = running
    const held = await hold(live, store, ['e'])
    onTestFinished(held.close)
    const before = await sentinel.masterPort()
    const hanging = sentinel.servers.find(({ port }) => port === before)
    const resume = () => void process.kill(hanging?.pid ?? 0, 'SIGCONT')
    process.kill(hanging?.pid ?? 0, 'SIGSTOP')
    onTestFinished(resume)
    await vi.waitFor(async () => expect(await sentinel.masterPort()).not.toBe(before), { timeout: 15_000 })
    await vi.waitFor(() => store.insert({ name: 'e', value: 7 }, { id: 'e' }), {
      timeout: 2000,
      interval: 20,
    })
    await vi.waitFor(() => expect(held.sums.get('e')).toBe(7), { timeout: 2000, interval: 20 })
    resume()
    await sentinel.rejoined()
  })

  test('what anybody writes to the new master is heard of', async () => {
    const { store, live } = running
    const held = await hold(live, store, ['d'])
    onTestFinished(held.close)
    await sentinel.failOver()
    await vi.waitFor(() => expect(live.trouble).toBeUndefined(), { timeout: 5000, interval: 20 })
    await vi.waitFor(() => store.insert({ name: 'd', value: 7 }, { id: 'once' }), { timeout: 5000 })
    await vi.waitFor(() => expect(held.sums.get('d')).toBe(7), { timeout: 500, interval: 5 })
  })
})

test('what a replica has to confirm is there once after a failover in which the old master went on to take writes', async () => {
  const running = await startLive(sentinel.url, { definitions, replicated: true })
  onTestFinished(running.close)
  const names = ['x', 'y', 'z']
  const load = startLoad(running.store, names)
  onTestFinished(load.abandon)
  await load.acknowledge(50)
  await sentinel.failOver({ calm: false })
  await load.acknowledge(50)
  await load.stop()
  expect(load.refusals).toBeGreaterThan(0)
  expect(await totals(running.store, names)).toEqual(load.acknowledged)
})
