import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { slotOf } from '../../src/kairos/cluster.ts'
import { startLive, type TestLive } from '../support/live.ts'
import { type Held, hold, startLoad, totals } from '../support/load.ts'
import { type ClusterNode, type RedisCluster, startRedisCluster } from '../support/redis-cluster.ts'
import { rule } from '../support/stores.ts'

const NAMES = Array.from({ length: 12 }, (_, i) => `series.${i}`)

/** Milliseconds within which windows are current again, once the Cluster answers, on a machine that does other things, too. */
const RECOVERED = 2500

let cluster: RedisCluster
let running: TestLive
let names: readonly string[]
let tests = 0
beforeAll(async () => {
  cluster = await startRedisCluster()
  const intervals = [{ name: 'all', step: '1y', steps: 3 }]
  running = await startLive(cluster.url, { definitions: [rule('all', { match: ['**'], intervals })] })
})
beforeEach(() => {
  tests += 1
  names = NAMES.map((name) => `${tests}.${name}`)
})
afterAll(async () => {
  running.close()
  await cluster.stop()
})

/** Subscribers hold what is stored, and Redis tells of changes. */
async function converges(held: Held): Promise<ReadonlyMap<string, number>> {
  const stored = await totals(running.store, names)
  await vi.waitFor(() => expect(held.sums).toEqual(stored), { timeout: RECOVERED, interval: 20 })
  await vi.waitFor(() => expect(running.live.trouble).toBeUndefined(), { timeout: RECOVERED, interval: 20 })
  return stored
}

const slots = () => names.map((name) => slotOf(`{${name}}`))

test('what is written on any master is heard at once', async () => {
  const { store, live } = running
  const held = await hold(live, store, names)
  await store.insertMany(names.map((name, i) => ({ name, value: i })))
  const expected = new Map(names.map((name, i) => [name, i]))
  await vi.waitFor(() => expect(held.sums).toEqual(expected), { timeout: 700, interval: 5 })
  expect(live.counts.doubts.moved).toBe(0)
  held.close()
})

test('after failovers of every master each acknowledged insert is there once, and subscribers hold what is there', async () => {
  const { store, live } = running
  const held = await hold(live, store, names)
  const load = startLoad(store, names)
  for (const master of await cluster.masters()) {
    await load.acknowledge(30)
    await cluster.failOver(master)
    await load.acknowledge(30)
  }
  await load.stop()
  expect(await converges(held)).toEqual(load.acknowledged)
  held.close()
})

test('while slots are moved, also to a node that is new, nothing is lost or written twice, and subscribers follow', async () => {
  const { store, live } = running
  const held = await hold(live, store, names)
  const load = startLoad(store, names)
  await load.acknowledge(30)
  const added = await cluster.add()
  for (const [i, slot] of slots().entries()) {
    await cluster.move(slot, i % 2 === 0 ? added : undefined)
    await load.acknowledge(5)
  }
  await load.stop()
  expect(await converges(held)).toEqual(load.acknowledged)
  await store.insertMany(names.map((name) => ({ name, value: 1 })))
  const expected = new Map([...load.acknowledged].map(([name, sum]) => [name, sum + 1]))
  await vi.waitFor(() => expect(held.sums).toEqual(expected), { timeout: 700, interval: 5 })
  held.close()
})

test.each([
  ['has crashed', ({ server }: ClusterNode) => server.kill()],
  ['hangs', hang],
])(
  'when a master %s, subscribers hold what is there within two seconds of when the Cluster answers',
  async (_, harm) => {
    const { store, live } = running
    const held = await hold(live, store, names)
    const load = startLoad(store, names)
    await load.acknowledge(30)
    const master = await withReplica()
    await harm(master)
    await cluster.settled()
    await load.acknowledge(30)
    await load.stop()
    await converges(held)
    if (harm === hang) process.kill(master.server.pid, 'SIGCONT')
    held.close()
  },
)

function hang({ server }: ClusterNode): void {
  process.kill(server.pid, 'SIGSTOP')
}

/** A master that serves one of the series and can be replaced. */
async function withReplica(): Promise<ClusterNode> {
  const serving = new Set(slots().map(ownerOf))
  const nodes = String(await cluster.nodes.at(-1)?.redis.cluster('NODES'))
  const replaceable = (await cluster.masters()).find(
    ({ id, server }) => serving.has(`127.0.0.1:${server.port}`) && nodes.includes(`slave ${id}`),
  )
  if (!replaceable) throw new Error('there is a master with a replica')
  return replaceable
}

/** As the client knows it. */
function ownerOf(slot: number): string | undefined {
  const { redis } = running
  return 'slots' in redis ? redis.slots[slot]?.[0] : undefined
}
