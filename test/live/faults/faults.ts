import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from './random.ts'
import { insist, type Kairos, type World } from './world.ts'

/** Something that goes wrong, and how it is made good. */
export interface Fault {
  readonly name: string
  /** No two faults of a round have the same. */
  readonly victim: 'redis' | 'database' | 'clients' | 'settings' | 'network' | 'server'
  /** Breaks it, for some time; resolves when it is whole again. */
  readonly strike: (world: World, random: Random) => Promise<void>
}

/** Half a second mostly, at times some seconds. */
function aWhile(random: Random): Promise<void> {
  return wait(random.pick([0, 300, 500, 700, 1500, 3000]))
}

function some(servers: readonly Kairos[], random: Random): readonly Kairos[] {
  const one = random.pick(servers)
  return one === undefined || random.chance(0.3) ? servers : [one]
}

/** Emptied at once, by one command. */
async function empty(world: World, ...command: [string, ...string[]]): Promise<void> {
  world.flushes += 1
  await insist(() => world.admin.call(...command))
}

const killClients = (type: 'pubsub' | 'normal'): Fault => ({
  name: `CLIENT KILL TYPE ${type}`,
  victim: 'clients',
  strike: async ({ admin }, random) => {
    for (let times = random.pick([1, 1, 1, 3]); times > 0; times -= 1) {
      await insist(() => admin.call('CLIENT', 'KILL', 'TYPE', type))
      await wait(random.whole(0, 300))
    }
  },
})

const silence = (purpose: 'notifications' | 'commands'): Fault => ({
  name: `a connection for ${purpose} goes silent, and stays open`,
  victim: 'network',
  strike: async ({ servers }, random) => {
    for (const { network } of some(servers, random)) network.silence(purpose)
  },
})

export const FAULTS: readonly Fault[] = [
  killClients('pubsub'),
  killClients('normal'),
  {
    name: 'every client of Redis is killed',
    victim: 'clients',
    strike: async ({ admin }) => {
      await insist(() => admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub'))
      await insist(() => admin.call('CLIENT', 'KILL', 'TYPE', 'normal'))
    },
  },
  {
    name: 'Redis is paused',
    victim: 'redis',
    strike: async ({ redis }, random) => {
      redis.signal('SIGSTOP')
      await aWhile(random)
      redis.signal('SIGCONT')
    },
  },
  {
    name: 'Redis is killed, and started again with its data',
    victim: 'redis',
    strike: async ({ redis }, random) => {
      await redis.kill()
      await aWhile(random)
      await redis.startAgain()
    },
  },
  {
    name: 'FLUSHDB',
    victim: 'database',
    strike: async (world, random) => {
      for (let times = random.pick([1, 1, 2]); times > 0; times -= 1) {
        await empty(world, 'FLUSHDB', random.pick(['ASYNC', 'SYNC']))
        await wait(random.whole(0, 1500))
      }
    },
  },
  { name: 'FLUSHALL', victim: 'database', strike: (world) => empty(world, 'FLUSHALL') },
  {
    name: 'SWAPDB with an empty one, and back',
    victim: 'database',
    strike: async (world, random) => {
      await empty(world, 'SWAPDB', '0', '1')
      // Nothing tells of it but what is there, at which a server looks once a second.
      await wait(random.whole(2000, 3000))
      await empty(world, 'SWAPDB', '0', '1')
    },
  },
  {
    name: 'notifications are switched off',
    victim: 'settings',
    strike: async ({ admin }, random) => {
      await insist(() => admin.config('SET', 'notify-keyspace-events', random.pick(['', 'K$', 'Ex'])))
    },
  },
  {
    name: 'notifications are switched off, and back on',
    victim: 'settings',
    strike: async ({ admin }, random) => {
      const [, before] = await insist(
        () => admin.config('GET', 'notify-keyspace-events') as Promise<string[]>,
      )
      await insist(() => admin.config('SET', 'notify-keyspace-events', random.pick(['', 'Kg', 'K'])))
      await aWhile(random)
      await insist(() => admin.config('SET', 'notify-keyspace-events', before ?? ''))
    },
  },
  silence('notifications'),
  silence('commands'),
  {
    name: 'the network is slow',
    victim: 'network',
    strike: async ({ servers }, random) => {
      const slow = some(servers, random)
      for (const { network } of slow) network.delay = random.whole(50, 600)
      await aWhile(random)
      for (const { network } of slow) network.delay = 0
    },
  },
  {
    name: 'the network is cut',
    victim: 'network',
    strike: async ({ servers }, random) => {
      const cut = some(servers, random)
      for (const { network } of cut) {
        network.refusing = true
        network.cut()
      }
      await aWhile(random)
      for (const { network } of cut) network.refusing = false
    },
  },
  {
    name: 'a server is paused',
    victim: 'server',
    strike: async ({ servers }, random) => {
      const paused = some(servers, random)
      for (const server of paused) server.signal('SIGSTOP')
      await aWhile(random)
      for (const server of paused) server.signal('SIGCONT')
    },
  },
  {
    name: 'a server is ended, and started again',
    victim: 'server',
    strike: async ({ servers }, random) => {
      const ended = some(servers, random)
      const signal = random.pick(['SIGTERM', 'SIGKILL'])
      await Promise.all(ended.map((server) => server.end(signal)))
      await aWhile(random)
      await Promise.all(ended.map((server) => server.start()))
    },
  },
]

/** What goes wrong in each round: mostly one thing, at times several. Each fault has its turn before any has another. */
export function* deal(random: Random, only: RegExp): Generator<readonly Fault[]> {
  const chosen = FAULTS.filter(({ name }) => only.test(name))
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
