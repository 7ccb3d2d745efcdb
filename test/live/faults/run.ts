import { setTimeout as wait } from 'node:timers/promises'
import { deal, type Fault } from './faults.ts'
import { settle } from './quiet.ts'
import { Random } from './random.ts'
import { LARGE, randomSelection, WITNESSED } from './series.ts'
import { Subscriber } from './subscriber.ts'
import { type Kairos, World } from './world.ts'
import { Writers } from './writers.ts'

export interface RunOptions {
  readonly seed: number
  /** No round begins later. */
  readonly minutes: number
  /** the first round that is played; default 0, in which nothing goes wrong */
  readonly from?: number
  /** which faults, by their names; default all */
  readonly only?: RegExp
  /** gets what happens, a line at a time */
  readonly log?: (line: string) => void
}

/** What a run did. */
export interface Report {
  readonly rounds: number
  /** how often, by what */
  readonly counts: ReadonlyMap<string, number>
  /** the most milliseconds that it took until all was right again, by fault where it was alone */
  readonly slowest: ReadonlyMap<string, number>
}

/** Of each server. */
const SUBSCRIBERS = 4
/** Milliseconds between two things that a subscriber does. */
const PACE = 400

/**
 * Rounds of writers, subscribers and faults. After each all is quiet, and compared. Throws an Error that says all that went
 * wrong in the first bad round, and how to repeat it. `minutes` is no limit to the last round.
 */
export async function run({
  seed,
  minutes,
  from = 0,
  only = /./,
  log = () => {},
}: RunOptions): Promise<Report> {
  const deadline = performance.now() + minutes * 60_000
  const counts = new Map<string, number>()
  const slowest = new Map<string, number>()
  const violations: string[] = []
  const shared: Shared = {
    count: (what) => counts.set(what, (counts.get(what) ?? 0) + 1),
    onViolation: (what) => violations.push(what),
  }
  const world = await World.start(shared.onViolation)
  const subscribers = subscribersOf(world, seed, shared)
  let round = 0
  try {
    for (const hand of deal(new Random(seed, 'deal'), only)) {
      if (performance.now() > deadline) break
      if (round >= from) {
        const faults = hand.map(({ name }) => name)
        log(`round ${round}: ${faults.join('; ') || 'nothing goes wrong'}`)
        for (const name of faults) shared.count(`fault: ${name}`)
        await storm(world, { seed: `${seed}/${round}`, hand, subscribers, ...shared })
        const { took, late } = await settle(subscribers)
        violations.push(...late, ...world.servers.flatMap((server) => server.mistakes()))
        if (violations.length > 0) throw new Error(failure({ seed, round, faults, violations, world }))
        log(`  all is right after ${took} ms`)
        const name = faults.length > 1 ? 'several at once' : (faults[0] ?? 'nothing goes wrong')
        slowest.set(name, Math.max(slowest.get(name) ?? 0, took))
      }
      round += 1
    }
  } finally {
    for (const subscriber of subscribers) subscriber.stop()
    await world.stop()
  }
  return { rounds: round - from, counts, slowest }
}

interface Shared {
  readonly count: (what: string) => void
  readonly onViolation: (what: string) => void
}

/** Of each server one watches what is only ever added to, and one what is large; both and the others whatever else there is. */
function subscribersOf(world: World, seed: number, shared: Shared): Subscriber[] {
  return world.servers.flatMap((server) =>
    Array.from({ length: SUBSCRIBERS }, (_, i) => {
      const random = new Random(seed, server.layout, i)
      const others = Array.from({ length: random.whole(1, 3) }, () => randomSelection(random))
      const selections = [...(i === 0 ? [WITNESSED] : i === 1 ? [LARGE] : []), ...others]
      const name = `${server.layout} ${i}`
      return new Subscriber({ ...shared, name, home: homeOf(server, world), random, selections })
    }),
  )
}

function homeOf(server: Kairos, world: World): Subscriber['home'] {
  return {
    get url() {
      return server.url
    },
    get ends() {
      return server.ends
    },
    get flushes() {
      return world.flushes
    },
  }
}

interface Storm extends Shared {
  readonly seed: string
  readonly hand: readonly Fault[]
  readonly subscribers: readonly Subscriber[]
}

/** Everybody does what they do while faults strike. When it resolves nobody writes, everybody listens, and all is whole. */
async function storm(world: World, { seed, hand, subscribers, ...shared }: Storm): Promise<void> {
  const random = new Random(seed)
  for (const subscriber of subscribers) subscriber.random = new Random(seed, subscriber.name)
  const writers = new Writers({ world, seed, ...shared })
  const acting = setInterval(() => {
    for (const subscriber of subscribers) subscriber.act()
  }, PACE)
  try {
    await wait(random.whole(200, 1500))
    await Promise.all(
      hand.map(async ({ name, strike }) => {
        const own = new Random(seed, name)
        await wait(own.whole(0, 1000))
        await strike(world, own)
      }),
    )
    await wait(random.whole(0, 800))
  } finally {
    clearInterval(acting)
    await writers.stop()
  }
  for (const subscriber of subscribers) subscriber.attend()
  await world.whole()
}

interface Failure {
  readonly seed: number
  readonly round: number
  readonly faults: readonly string[]
  readonly violations: readonly string[]
  readonly world: World
}

const MOST_SHOWN = 5

function failure({ seed, round, faults, violations, world }: Failure): string {
  return [
    `round ${round} of seed ${seed} (${faults.join('; ') || 'nothing went wrong'}): ${violations.length} violations`,
    `to repeat: npm run faults -- --seed ${seed}, or from this round on with --from ${round}`,
    ...violations.slice(0, MOST_SHOWN).map((violation, i) => `\n${i + 1}. ${violation}`),
    ...world.servers.map((server) => `\nthe server of layout ${server.layout} said last:\n${server.recent}`),
  ].join('\n')
}
