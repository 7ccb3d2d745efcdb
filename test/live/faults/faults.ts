import { setTimeout as wait } from 'node:timers/promises'
import { slotOf } from '../../../src/kairos/cluster.ts'
import type { RedisCluster } from '../../support/redis-cluster.ts'
import type { Random } from './random.ts'
import { insist, type OneRedis, type Servers } from './world.ts'

/** Something that goes wrong, and how it is made good. */
export interface Fault {
  readonly name: string
  /** No two faults of a round have the same. */
  readonly victim: 'redis' | 'database' | 'clients' | 'settings' | 'network' | 'server'
  /** Breaks it, for some time; resolves when it is whole again. */
  readonly strike: (random: Random) => Promise<void>
}

/** Half a second mostly, at times some seconds. */
function aWhile(random: Random): Promise<void> {
  return wait(random.pick([0, 300, 500, 700, 1500, 3000]))
}

function some<T>(all: readonly T[], random: Random): readonly T[] {
  const one = random.pick(all)
  return one === undefined || random.chance(0.3) ? all : [one]
}

/** Of connections and of the process. */
export function redisFaults({ redis, admin }: OneRedis): Fault[] {
  const kill = (type: 'pubsub' | 'normal') => insist(() => admin.call('CLIENT', 'KILL', 'TYPE', type))
  const killClients = (type: 'pubsub' | 'normal'): Fault => ({
    name: `CLIENT KILL TYPE ${type}`,
    victim: 'clients',
    strike: async (random) => {
      for (let times = random.pick([1, 1, 1, 3]); times > 0; times -= 1) {
        await kill(type)
        await wait(random.whole(0, 300))
      }
    },
  })
  return [
    killClients('pubsub'),
    killClients('normal'),
    {
      name: 'every client of Redis is killed',
      victim: 'clients',
      strike: async () => {
        await kill('pubsub')
        await kill('normal')
      },
    },
    {
      name: 'Redis is paused',
      victim: 'redis',
      strike: async (random) => {
        redis.signal('SIGSTOP')
        await aWhile(random)
        redis.signal('SIGCONT')
      },
    },
    {
      name: 'Redis is killed, and started again with its data',
      victim: 'redis',
      strike: async (random) => {
        await redis.kill()
        await aWhile(random)
        await redis.startAgain()
      },
    },
  ]
}

/** Of what is stored, which is lost. */
export function databaseFaults(world: OneRedis): Fault[] {
  /** By one command, at once. */
  const empty = async (...command: [string, ...string[]]): Promise<void> => {
    world.flushes += 1
    await insist(() => world.admin.call(...command))
  }
  return [
    {
      name: 'FLUSHDB',
      victim: 'database',
      strike: async (random) => {
        for (let times = random.pick([1, 1, 2]); times > 0; times -= 1) {
          await empty('FLUSHDB', random.pick(['ASYNC', 'SYNC']))
          await wait(random.whole(0, 1500))
        }
      },
    },
    { name: 'FLUSHALL', victim: 'database', strike: () => empty('FLUSHALL') },
    {
      name: 'SWAPDB with an empty one, and back',
      victim: 'database',
      strike: async (random) => {
        await empty('SWAPDB', '0', '1')
        // Nothing tells of it but what is there, at which a server looks once a second.
        await wait(random.whole(2000, 3000))
        await empty('SWAPDB', '0', '1')
      },
    },
  ]
}

export function settingsFaults({ admin }: OneRedis): Fault[] {
  const notify = (classes: string) => insist(() => admin.config('SET', 'notify-keyspace-events', classes))
  return [
    {
      name: 'notifications are switched off',
      victim: 'settings',
      strike: async (random) => void (await notify(random.pick(['', 'K$', 'Ex']))),
    },
    {
      name: 'notifications are switched off, and back on',
      victim: 'settings',
      strike: async (random) => {
        const [, before] = await insist(
          () => admin.config('GET', 'notify-keyspace-events') as Promise<string[]>,
        )
        await notify(random.pick(['', 'Kg', 'K']))
        await aWhile(random)
        await notify(before ?? '')
      },
    },
  ]
}

export function networkFaults({ networks }: OneRedis): Fault[] {
  const silence = (purpose: 'notifications' | 'commands'): Fault => ({
    name: `a connection for ${purpose} goes silent, and stays open`,
    victim: 'network',
    strike: async (random) => {
      for (const network of some(networks, random)) network.silence(purpose)
    },
  })
  return [
    silence('notifications'),
    silence('commands'),
    {
      name: 'the network is slow',
      victim: 'network',
      strike: async (random) => {
        const slow = some(networks, random)
        for (const network of slow) network.delay = random.whole(50, 600)
        await aWhile(random)
        for (const network of slow) network.delay = 0
      },
    },
    {
      name: 'the network is cut',
      victim: 'network',
      strike: async (random) => {
        const cut = some(networks, random)
        for (const network of cut) {
          network.refusing = true
          network.cut()
        }
        await aWhile(random)
        for (const network of cut) network.refusing = false
      },
    },
  ]
}

export function serverFaults({ all }: Servers): Fault[] {
  return [
    {
      name: 'a server is paused',
      victim: 'server',
      strike: async (random) => {
        const paused = some(all, random)
        for (const server of paused) server.signal('SIGSTOP')
        await aWhile(random)
        for (const server of paused) server.signal('SIGCONT')
      },
    },
    {
      name: 'a server is ended, and started again',
      victim: 'server',
      strike: async (random) => {
        const ended = some(all, random)
        const signal = random.pick(['SIGTERM', 'SIGKILL'])
        await Promise.all(ended.map((server) => server.end(signal)))
        await aWhile(random)
        await Promise.all(ended.map((server) => server.start()))
      },
    },
  ]
}

/** Of servers that stand in for each other. */
export function fleetFaults({ all }: Servers): Fault[] {
  return [
    {
      name: 'each server is ended in turn, and started again before the next',
      victim: 'server',
      strike: async (random) => {
        const signal = random.pick(['SIGTERM', 'SIGTERM', 'SIGKILL'])
        for (const server of random.shuffled(all)) {
          await server.end(signal)
          await server.start()
        }
      },
    },
    {
      name: 'servers are killed one by one, until one is left',
      victim: 'server',
      strike: async (random) => {
        const killed = random.shuffled(all).slice(1)
        for (const server of killed) {
          await server.end('SIGKILL')
          await wait(random.whole(0, 500))
        }
        await Promise.all(killed.map((server) => server.start()))
      },
    },
  ]
}

/** Of a cluster. */
const MASTERS = 3

/** `names` are of series whose slots are moved. */
export function clusterFaults(cluster: RedisCluster, names: () => readonly string[]): Fault[] {
  const aMaster = async (random: Random) => {
    const master = random.pick(await cluster.masters())
    if (!master) throw new Error('the cluster has no master')
    return master
  }
  return [
    {
      name: 'a master is killed, and comes back as a replica',
      victim: 'redis',
      strike: async (random) => {
        const master = await aMaster(random)
        await master.server.kill()
        await insist(async () => {
          if ((await cluster.masters()).length < MASTERS) throw new Error('none has taken its place')
        })
        await master.startAgain()
        await cluster.settled()
      },
    },
    {
      name: 'a master fails over as planned',
      victim: 'redis',
      strike: async (random) => {
        await cluster.failOver(await aMaster(random))
        await cluster.settled()
      },
    },
    {
      name: 'slots are moved',
      victim: 'redis',
      strike: async (random) => {
        for (const name of random.shuffled(names()).slice(0, 3)) await cluster.move(slotOf(name))
        await cluster.settled()
      },
    },
  ]
}

/** What goes wrong in each round: mostly one thing, at times several. Each fault has its turn before any has another. */
export function* deal(random: Random, chosen: readonly Fault[]): Generator<readonly Fault[]> {
  let deck: Fault[] = []
  yield []
  for (;;) {
    const hand: Fault[] = []
    const most = random.pick([1, 1, 2, 3, 5])
    while (hand.length < most) {
      if (deck.length === 0) deck = random.shuffled(chosen)
      const at = deck.findIndex(({ victim }) => hand.every((fault) => fault.victim !== victim))
      const fault = deck[at]
      if (!fault) break
      deck.splice(at, 1)
      hand.push(fault)
    }
    yield hand
  }
}
