import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type RedisServer, startRedisServer } from './redis-server.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** A Redis Cluster on loopback: every slot is served, and every replica is in step. */
export interface RedisCluster {
  /** as a configuration has it */
  readonly url: string
  readonly nodes: readonly ClusterNode[]
  /** those that are masters now, by what they say of themselves */
  masters(): Promise<ClusterNode[]>
  /** One more node, a master without slots. */
  add(): Promise<ClusterNode>
  /** Moves a slot with its keys to this master, or to one that has not got it, as `redis-cli --cluster reshard` does. */
  move(slot: number, to?: ClusterNode): Promise<void>
  /** Makes a replica of this master the master, without loss, as an operator does; resolves when it says that it is one. */
  failOver(master: ClusterNode): Promise<ClusterNode>
  /** Resolves when every node that runs says that the cluster is well, and knows the same masters. */
  settled(): Promise<void>
  /** Ends every node in order. */
  stop(): Promise<void>
}

export interface ClusterNode {
  readonly server: RedisServer
  readonly redis: Redis
  readonly id: string
  /** On its port, once it was killed; it knows which node it was, and holds no keys. */
  startAgain(): Promise<void>
  /** through which clients come that the cluster has told of this node; undefined where there is none */
  readonly proxy: TcpProxy | undefined
}

const SLOTS = 16_384

/** Failovers take as long as nodes wait for each other, so they are told to wait little. */
const NODE = [
  ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--cluster-replica-validity-factor', '0'],
  ...['--repl-diskless-sync', 'yes', '--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'],
]

/**
 * Three masters and three replicas, or as many as are asked for. `args` as of `startRedisServer`; `proxied`, clients reach each
 * node through a proxy of its own.
 */
export async function startRedisCluster({
  masters = 3,
  replicas = masters,
  args = [],
  proxied = false,
}: {
  readonly masters?: number
  readonly replicas?: number
  readonly args?: readonly string[]
  readonly proxied?: boolean
} = {}): Promise<RedisCluster> {
  const folders: string[] = []
  const startNode = async (): Promise<ClusterNode> => {
    const folder = await mkdtemp(join(tmpdir(), 'kairos-test-node-'))
    folders.push(folder)
    const flags = [...NODE, ...args, '--dir', folder]
    let server = await startRedisServer(flags)
    const { port, url } = server
    const redis = new Redis({ port, retryStrategy: () => 50 })
    redis.on('error', () => {})
    const proxy = proxied ? await startTcpProxy(port) : undefined
    if (proxy) await redis.config('SET', 'cluster-announce-port', proxy.port)
    // Nodes talk to each other directly.
    await redis.config('SET', 'cluster-announce-bus-port', port + 10_000)
    return {
      get server() {
        return server
      },
      redis,
      id: String(await redis.cluster('MYID')),
      proxy,
      async startAgain() {
        server = { ...(await startRedisServer([...flags, '--port', String(port)])), port, url }
      },
    }
  }
  const nodes = await Promise.all(Array.from({ length: masters + replicas }, startNode))
  const [first] = nodes
  if (!first) throw new Error('a cluster has a node')
  await Promise.all(nodes.map(({ redis }, i) => redis.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1)))
  for (const [i, { redis }] of nodes.slice(0, masters).entries()) {
    const [from, to] = [i, i + 1].map((n) => Math.floor((n * SLOTS) / masters))
    const slots = Array.from({ length: (to ?? 0) - (from ?? 0) }, (_, n) => (from ?? 0) + n)
    await redis.cluster('ADDSLOTS', ...slots)
  }
  for (const { redis } of nodes.slice(1)) await redis.cluster('MEET', '127.0.0.1', first.server.port)
  await until(async () => (await Promise.all(nodes.map(knownNodes))).every((n) => n === nodes.length))
  for (const [i, { redis }] of nodes.slice(masters).entries())
    await redis.cluster('REPLICATE', nodes[i % masters]?.id ?? '')

  const running = async () => {
    const up = await Promise.all(nodes.map(async (node) => ((await isUp(node)) ? [node] : [])))
    return up.flat()
  }
  const cluster: RedisCluster = {
    url: `redis+cluster://${nodes.map(({ server, proxy }) => `127.0.0.1:${(proxy ?? server).port}`).join(',')}`,
    nodes,
    async masters() {
      const roles = await Promise.all(
        (await running()).map(async (node) => ({ node, role: await roleOf(node) })),
      )
      return roles.filter(({ role }) => role === 'master').map(({ node }) => node)
    },
    async add() {
      const node = await startNode()
      await node.redis.call('CLUSTER', 'SET-CONFIG-EPOCH', nodes.length + 1)
      await node.redis.cluster('MEET', '127.0.0.1', first.server.port)
      nodes.push(node)
      await cluster.settled()
      return node
    },
    async move(slot, to) {
      const masters = await cluster.masters()
      const from = await ownerOf(slot, masters)
      const target = to ?? masters.find((node) => node !== from)
      if (!target || target === from) throw new Error(`slot ${slot} cannot be moved there`)
      await moveSlot(slot, { from, to: target, masters })
    },
    async failOver(master) {
      const replica = await replicaOf(master, await running())
      await replica.redis.cluster('FAILOVER')
      await until(async () => (await roleOf(replica)) === 'master')
      return replica
    },
    async settled() {
      await until(async () => {
        const up = await running()
        const views = await Promise.all(up.map(mastersIn))
        return (await Promise.all(up.map(isWell))).every(Boolean) && new Set(views).size === 1
      })
    },
    async stop() {
      for (const { redis } of nodes) redis.disconnect()
      await Promise.all(nodes.map(({ server }) => server.stop()))
      await Promise.all(nodes.map(({ proxy }) => proxy?.stop()))
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
    },
  }
  await cluster.settled()
  return cluster
}

/** A client as our own is, but patient. */
export function clusterClient({ nodes }: RedisCluster): Cluster {
  return new Cluster(nodes.map(({ server }) => ({ host: '127.0.0.1', port: server.port })))
}

interface Move {
  readonly from: ClusterNode
  readonly to: ClusterNode
  readonly masters: readonly ClusterNode[]
}

async function moveSlot(slot: number, { from, to, masters }: Move): Promise<void> {
  await to.redis.cluster('SETSLOT', slot, 'IMPORTING', from.id)
  await from.redis.cluster('SETSLOT', slot, 'MIGRATING', to.id)
  for (;;) {
    const keys = (await from.redis.cluster('GETKEYSINSLOT', slot, 10)) as string[]
    if (keys.length === 0) break
    await from.redis.migrate('127.0.0.1', to.server.port, '', 0, 5000, 'KEYS', ...keys)
  }
  await to.redis.cluster('SETSLOT', slot, 'NODE', to.id)
  await from.redis.cluster('SETSLOT', slot, 'NODE', to.id)
  for (const { redis } of masters) await redis.cluster('SETSLOT', slot, 'NODE', to.id).catch(() => {})
}

async function linesOf({ redis }: ClusterNode): Promise<string[][]> {
  const text = String(await redis.cluster('NODES'))
  return text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')]))
}

const knownNodes = async (node: ClusterNode) => (await linesOf(node)).length

async function roleOf(node: ClusterNode): Promise<'master' | 'replica'> {
  const myself = (await linesOf(node)).find(([, , flags]) => flags?.includes('myself'))
  return myself?.[2]?.includes('master') ? 'master' : 'replica'
}

/** The masters that serve slots, as this node sees it. */
async function mastersIn(node: ClusterNode): Promise<string> {
  const lines = await linesOf(node)
  return lines
    .filter(([, , flags = '', , , , , , slots]) => /master/.test(flags) && !/fail/.test(flags) && slots)
    .map(([id]) => id)
    .sort()
    .join(' ')
}

async function owns(node: ClusterNode, slot: number): Promise<boolean> {
  const myself = (await linesOf(node)).find(([, , flags]) => flags?.includes('myself'))
  return (myself?.slice(8) ?? []).some((range) => {
    const [from = Number.NaN, to = from] = range.split('-').map(Number)
    return slot >= from && slot <= to
  })
}

async function ownerOf(slot: number, masters: readonly ClusterNode[]): Promise<ClusterNode> {
  for (const node of masters) if (await owns(node, slot)) return node
  throw new Error(`no master has slot ${slot}`)
}

async function replicaOf({ id }: ClusterNode, nodes: readonly ClusterNode[]): Promise<ClusterNode> {
  for (const node of nodes) {
    const myself = (await linesOf(node)).find(([, , flags]) => flags?.includes('myself'))
    if (myself?.[3] === id) return node
  }
  throw new Error('this master has no replica')
}

async function isWell({ redis }: ClusterNode): Promise<boolean> {
  const [info, replication] = await Promise.all([redis.cluster('INFO'), redis.info('replication')])
  const inStep = !replication.includes('role:slave') || replication.includes('master_link_status:up')
  return String(info).includes('cluster_state:ok') && inStep
}

async function isUp({ redis }: ClusterNode): Promise<boolean> {
  const late = wait(300, false, { ref: false })
  return await Promise.race([late, redis.ping().then(Boolean, () => false)])
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await holds().catch(() => false))) {
    if (Date.now() > end) throw new Error('the cluster did not settle')
    await wait(20)
  }
}

/** A cluster for the tests of a file, empty before each of them, and a client of it. */
export function useCluster() {
  let cluster: RedisCluster
  let redis: Cluster
  beforeAll(async () => {
    cluster = await startRedisCluster()
    redis = clusterClient(cluster)
    await redis.ping()
  })
  beforeEach(() => Promise.all(redis.nodes('master').map((each) => each.flushall())))
  afterAll(async () => {
    redis.disconnect()
    await cluster.stop()
  })
  return {
    get redis() {
      return redis
    },
    get cluster() {
      return cluster
    },
  }
}
