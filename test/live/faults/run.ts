import { setTimeout as wait } from 'node:timers/promises'
import { deal, type Fault } from './faults.ts'
import { startLayouts } from './layouts.ts'
import { settle } from './quiet.ts'
import { Random } from './random.ts'
import { startCluster, startFleet } from './several.ts'
import type { Shared, World } from './world.ts'

export const WORLDS = { layouts: startLayouts, fleet: startFleet, cluster: startCluster } as const

export interface RunOptions {
  readonly world: keyof typeof WORLDS
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

/** Milliseconds between two things that a watcher does. */
const PACE = 400

/** Bytes that a server's process has at most, whatever was done to it. */
const MOST_MEMORY = 600_000_000

/**
 * Rounds of writers, watchers and faults. After each all is quiet, and compared. Throws an Error that says all that went
 * wrong in the first bad round, and how to repeat it. `minutes` is no limit to the last round.
 */
export async function run({
  world: name,
  seed,
  minutes,
  from = 0,
  only = /./,
  log = () => {},
}: RunOptions): Promise<Report> {
  const counts = new Map<string, number>()
  const slowest = new Map<string, number>()
  const violations: string[] = []
  const shared: Shared = {
    count: (what) => counts.set(what, (counts.get(what) ?? 0) + 1),
    onViolation: (what) => violations.push(what),
  }
  const world = await WORLDS[name](seed, shared)
  const deadline = performance.now() + minutes * 60_000
  const chosen = world.faults.filter((fault) => only.test(fault.name))
  let round = 0
  try {
    for (const hand of deal(new Random(seed, 'deal'), chosen)) {
      if (performance.now() > deadline) break
      if (round >= from) {
        const faults = hand.map((fault) => fault.name)
        log(`round ${round}: ${faults.join('; ') || 'nothing goes wrong'}`)
        for (const fault of faults) shared.count(`fault: ${fault}`)
        const audit = await storm(world, `${seed}/${round}`, hand)
        const { took, late } = await settle(world.watchers)
        violations.push(...late, ...(await audit()), ...world.servers.mistakes())
        const memory = await world.servers.memory()
        if (memory > MOST_MEMORY) violations.push(`a server has ${memory} bytes`)
        if (violations.length > 0) throw new Error(failure({ name, seed, round, faults, violations, world }))
        log(`  all is right after ${took} ms, with ${Math.round(memory / 1e6)} MB at most`)
        const what = faults.length > 1 ? 'several at once' : (faults[0] ?? 'nothing goes wrong')
        slowest.set(what, Math.max(slowest.get(what) ?? 0, took))
      }
      round += 1
    }
  } finally {
    for (const watcher of world.watchers) watcher.stop()
    await world.stop()
  }
  return { rounds: round - from, counts, slowest }
}

/**
 * Everybody does what they do while faults strike. When it resolves nobody writes, everybody listens, and all is whole. Gives what
 * looks at what is stored.
 */
async function storm(
  world: World,
  seed: string,
  hand: readonly Fault[],
): Promise<() => Promise<readonly string[]>> {
  const random = new Random(seed)
  for (const watcher of world.watchers) watcher.random = new Random(seed, watcher.name)
  const writing = world.write(seed)
  const acting = setInterval(() => {
    for (const watcher of world.watchers) watcher.act()
  }, PACE)
  try {
    await wait(random.whole(200, 1500))
    await Promise.all(
      hand.map(async ({ name, strike }) => {
        const own = new Random(seed, name)
        await wait(own.whole(0, 1000))
        await strike(own)
      }),
    )
    await wait(random.whole(0, 800))
  } finally {
    clearInterval(acting)
    // Before the writers stop, which may take long: who reads nothing meanwhile is sent away.
    for (const watcher of world.watchers) watcher.attend()
    await writing.stop()
  }
  await world.whole()
  return async () => (await writing.audit?.()) ?? []
}

interface Failure {
  readonly name: string
  readonly seed: number
  readonly round: number
  readonly faults: readonly string[]
  readonly violations: readonly string[]
  readonly world: World
}

const MOST_SHOWN = 5

function failure({ name, seed, round, faults, violations, world }: Failure): string {
  return [
    `round ${round} of seed ${seed} (${faults.join('; ') || 'nothing went wrong'}): ${violations.length} violations`,
    `to repeat: npm run faults -- --world ${name} --seed ${seed}, or from this round on with --from ${round}`,
    ...violations.slice(0, MOST_SHOWN).map((violation, i) => `\n${i + 1}. ${violation}`),
    ...world.servers.all.map((server) => `\nthe server ${server.name} said last:\n${server.recent}`),
  ].join('\n')
}
