import { startRedisCluster } from '../../support/redis-cluster.ts'
import { ClientWatcher } from './client-watcher.ts'
import { clusterFaults, type Fault, fleetFaults, networkFaults, redisFaults, serverFaults } from './faults.ts'
import { Ledger } from './ledger.ts'
import { Network } from './network.ts'
import { Random } from './random.ts'
import { LARGE, LEDGER, randomSelection, settings, WITNESS } from './series.ts'
import { Subscriber } from './subscriber.ts'
import { insist, OneRedis, Servers, type Shared, type World, type Writing } from './world.ts'
import { Writers } from './writers.ts'

const SERVERS = 3
/** Of either kind. */
const WATCHERS = 4

/** Where servers keep their series. */
interface Store {
  /** as each server is to have it */
  readonly addresses: readonly string[]
  readonly durability: 'memory' | 'replica'
  /** `names` are of series whose slots may be moved */
  faults(names: () => readonly string[]): readonly Fault[]
  whole(): Promise<void>
  stop(): Promise<void>
}

/** Three servers of one Redis, behind a balancer. */
export async function startFleet(seed: number, shared: Shared): Promise<World> {
  const one = await OneRedis.start(SERVERS)
  return await startSeveral(seed, shared, {
    addresses: one.addresses,
    durability: 'memory',
    faults: () => [...redisFaults(one), ...networkFaults(one)],
    whole: async () => void (await insist(() => one.admin.ping())),
    stop: () => one.stop(),
  })
}

/** Three servers of a Redis Cluster, behind a balancer. */
export async function startCluster(seed: number, shared: Shared): Promise<World> {
  const cluster = await startRedisCluster()
  return await startSeveral(seed, shared, {
    addresses: Array.from({ length: SERVERS }, () => cluster.url),
    durability: 'replica',
    faults: (names) => clusterFaults(cluster, names),
    whole: () => cluster.settled(),
    stop: () => cluster.stop(),
  })
}

async function startSeveral(seed: number, shared: Shared, store: Store): Promise<World> {
  const { onViolation } = shared
  const plans = store.addresses.map((redis, i) => ({
    name: `${i + 1}`,
    layout: 'packed' as const,
    redis,
    settings: { ...settings('packed'), durability: store.durability },
    onViolation,
  }))
  const servers = await Servers.start(plans).catch(async (error) => {
    await store.stop()
    throw error
  })
  const balancer = await Network.start(...servers.all.map(({ url }) => Number(new URL(url).port)))
  const url = `http://127.0.0.1:${balancer.port}`
  const home = {
    url,
    get ends() {
      return servers.ends
    },
    flushes: 0,
  }
  let names: readonly string[] = []
  return {
    servers,
    watchers: Array.from({ length: WATCHERS }, (_, i) => {
      const random = new Random(seed, i)
      const selections = [
        i === 0 ? LARGE : WITNESSED,
        ...Array.from({ length: 2 }, () => randomSelection(random)),
      ]
      const name = `watcher ${i}`
      return [
        new Subscriber({ ...shared, name, home, random, selections }),
        new ClientWatcher({ name, url, random, selections }),
      ]
    }).flat(),
    faults: [...serverFaults(servers), ...fleetFaults(servers), ...store.faults(() => names)],
    write(seed) {
      names = Array.from({ length: 8 }, (_, i) => `${LEDGER.names}.${seed.replace('/', '-')}.${i}`)
      const ledger = new Ledger({ ...shared, url, seed, names, interval: LEDGER.interval })
      return both(ledger, new Writers({ ...shared, seed, servers: [{ url, layout: 'packed' }] }))
    },
    async whole() {
      await store.whole()
      await servers.whole()
    },
    async stop() {
      await balancer.close()
      await servers.stop()
      await store.stop()
    },
  }
}

/** It is only ever added to, but who comes to another server may be told what was so a moment ago. */
const WITNESSED = { names: [WITNESS.name], interval: WITNESS.interval, condensed: false, steps: 2 }

function both(ledger: Ledger, others: Writers): Writing {
  return {
    stop: async () => void (await Promise.all([ledger.stop(), others.stop()])),
    audit: () => ledger.audit(),
  }
}
