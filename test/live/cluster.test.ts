import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { allMastersOf, slotOf } from '../../src/kairos/cluster.ts'
import { startLive, type TestLive } from '../support/live.ts'
import { type Held, hold, startLoad, totals } from '../support/load.ts'
import { type ClusterNode, type RedisCluster, startRedisCluster } from '../support/redis-cluster.ts'
import { rule } from '../support/stores.ts'

const NAMES = Array.from({ length: 12 }, (_, i) => `series.${i}`)

const definitions = [rule('all', { match: ['**'], intervals: [{ name: 'all', step: '1y', steps: 3 }] })]

/** Milliseconds within which windows are current again, once the Cluster answers, on a machine that does other things, too. */
const RECOVERED = 2500

let cluster: RedisCluster
let running: TestLive
let names: readonly string[]
let tests = 0
beforeAll(async () => {
  cluster = await startRedisCluster()
  running = await startLive(cluster.url, { definitions })
})
beforeEach(() => {
  tests += 1
  names = NAMES.map((name) => `${tests}.${name}`)
})
afterAll(async () => {
  running.close()
  await cluster.stop()
})

/** Load, and what subscribers hold, until the test has ended. */
async function begin({ live, store }: TestLive = running) {
  const held = await hold(live, store, names)
  onTestFinished(held.close)
  const load = startLoad(store, names)
  onTestFinished(load.abandon)
  return { held, load }
}

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
  onTestFinished(held.close)
  await store.insertMany(names.map((name, i) => ({ name, value: i })))
  const expected = new Map(names.map((name, i) => [name, i]))
  await vi.waitFor(() => expect(held.sums).toEqual(expected), { timeout: 700, interval: 5 })
  expect(live.counts.doubts.moved).toBe(0)
  held.close()
})

test('after failovers of every master each acknowledged insert is there once, and subscribers hold what is there', async () => {
  const { held, load } = await begin()
  for (const master of await cluster.masters()) {
    await load.acknowledge(30)
    await cluster.failOver(master)
    await load.acknowledge(30)
  }
  await load.stop()
  expect(await converges(held)).toEqual(load.acknowledged)
})

test('while slots are moved, also to a node that is new, nothing is lost or written twice, and subscribers follow', async () => {
  const { store } = running
  const { held, load } = await begin()
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
})

test.each([
  ['has crashed', ({ server }: ClusterNode) => server.kill()],
  ['hangs', hang],
])(
  'when a master %s, subscribers hold what is there within two seconds of when the Cluster answers',
  async (_, harm) => {
    const { held, load } = await begin()
    await load.acknowledge(30)
    const reached = watchMasters()
    await harm(await withReplica())
    await cluster.settled()
    await load.acknowledge(30)
    await load.stop()
    await converges(held)
    expect(await reached()).toEqual([true, false, true])
  },
)

/** Whether all masters answer, whenever that has changed, until it is asked. */
function watchMasters(): () => Promise<readonly boolean[]> {
  const states: boolean[] = []
  let over = false
  const look = async () => {
    const answers = (async () => Promise.all(allMastersOf(running.redis).map((master) => master.ping())))()
    const answered = await Promise.race([answers.then(Boolean, () => false), wait(500, false)])
    if (states.at(-1) !== answered) states.push(answered)
    await wait(10)
  }
  const watching = (async () => {
    while (!over) await look()
  })()
  return async () => {
    over = true
    await watching
    return states
  }
}

function hang({ server }: ClusterNode): void {
  process.kill(server.pid, 'SIGSTOP')
  onTestFinished(() => void process.kill(server.pid, 'SIGCONT'))
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

test('masters that announce host names are listened to as others are', async () => {
  const hostnames = [
    '--cluster-announce-hostname',
    'localhost',
    '--cluster-preferred-endpoint-type',
    'hostname',
  ]
  const { cluster, running } = await startApart({ args: hostnames })
  const { store, live, redis } = running
  expect(allMastersOf(redis).map(({ options }) => options.host)).toEqual([
    'localhost',
    'localhost',
    'localhost',
  ])
  const held = await hold(live, store, names)
  onTestFinished(held.close)
  await vi.waitFor(() => expect(live.notificationDelay).toBeGreaterThan(0), {
    timeout: RECOVERED,
    interval: 20,
  })
  const added = await cluster.add()
  for (const slot of slots().slice(0, 6)) await cluster.move(slot, added)
  await store.insertMany(names.map((name, i) => ({ name, value: i })))
  const expected = new Map(names.map((name, i) => [name, i]))
  await vi.waitFor(() => expect(held.sums).toEqual(expected), { timeout: RECOVERED, interval: 5 })
  await vi.waitFor(() => expect(live.trouble).toBeUndefined(), { timeout: RECOVERED, interval: 20 })
  await store.insertMany(names.map((name) => ({ name, value: 1 })))
  const more = new Map(names.map((name, i) => [name, i + 1]))
  await vi.waitFor(() => expect(held.sums).toEqual(more), { timeout: 700, interval: 5 })
})

/** Milliseconds for which Redis may not answer before a connection is given up. */
const HALF_OPEN = 10_000

test.each([
  ['for commands', 'LATENCY', RECOVERED],
  ['of all kinds', 'test', HALF_OPEN + RECOVERED],
])('connections %s to one master that are half-open are made anew, in time', async (_, sent, time) => {
  const { cluster, running } = await startApart({ proxied: true })
  const { store, live } = running
  const held = await hold(live, store, names)
  onTestFinished(held.close)
  await store.insertMany(names.map((name) => ({ name, value: 1 })))
  const [node] = cluster.nodes
  await vi.waitFor(() => node?.proxy?.freeze(sent), { timeout: RECOVERED, interval: 20 })
  const insert = () =>
    store.insertMany(
      names.map((name) => ({ name, value: 2 })),
      { id: 'once' },
    )
  await vi.waitFor(insert, { timeout: time, interval: 20 })
  const expected = new Map(names.map((name) => [name, 3]))
  await vi.waitFor(() => expect(held.sums).toEqual(expected), { timeout: RECOVERED, interval: 20 })
  await vi.waitFor(() => expect(live.trouble).toBeUndefined(), { timeout: RECOVERED, interval: 20 })
})

/** Three masters of this test's own, and live windows over them. */
async function startApart(options: { readonly args?: readonly string[]; readonly proxied?: boolean }) {
  const cluster = await startRedisCluster({ ...options, replicas: 0 })
  onTestFinished(cluster.stop)
  const running = await startLive(cluster.url, { definitions })
  onTestFinished(running.close)
  return { cluster, running }
}
