import { setTimeout as wait } from 'node:timers/promises'
import { deal, type Fault } from './faults.ts'
import { difference } from './held.ts'
import { Random } from './random.ts'
import { queryOf, type Run, randomSelection, type Selection, witnessed } from './series.ts'
import { historyOf, Subscriber, type View } from './subscriber.ts'
import { type Kairos, World } from './world.ts'
import { Writers } from './writers.ts'

export interface RunOptions {
  readonly seed: number
  readonly minutes: number
  /** the first round: those before it are left out */
  readonly from?: number
  /** what happens, a line at a time */
  readonly log: (line: string) => void
}

/** What a run did. */
export interface Report {
  readonly rounds: number
  /** how often, by what */
  readonly counts: ReadonlyMap<string, number>
  /** the most milliseconds that it took until all was right again, by fault where it was the only one */
  readonly slowest: ReadonlyMap<string, number>
}

/** Milliseconds after which whatever changed unheard must be known: the contract's two seconds. */
const CONTRACT = 2000
/** Milliseconds more, for reconnecting subscribers and for a machine that has other things to do. */
const ALLOWANCE = 3000
/** Milliseconds between two looks. */
const LOOK = 150
const SUBSCRIBERS = 4

/** Rounds of writers, subscribers and faults; after each, all is quiet and compared. Throws the first violation, with its seed and round. */
export async function run({ seed, minutes, from = 0, log }: RunOptions): Promise<Report> {
  const deadline = performance.now() + minutes * 60_000
  const counts = new Map<string, number>()
  const slowest = new Map<string, number>()
  const violations: string[] = []
  const shared = {
    count: (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1),
    onViolation: (what: string) => {
      violations.push(what)
    },
  }
  const world = await World.start(shared.onViolation)
  const subscribers = subscribersOf(world, seed, shared)
  let round = 0
  let hand: readonly Fault[] = []
  try {
    for (hand of deal(new Random(seed, 'deal'))) {
      if (round >= from) {
        if (performance.now() > deadline) break
        log(`round ${round}: ${hand.map(({ name }) => name).join(' + ') || 'no fault'}`)
        for (const { name } of hand) shared.count(`fault: ${name}`)
        await storm(world, { seed: `${seed}/${round}`, hand, subscribers, ...shared })
        const took = await settle(world, subscribers, violations)
        for (const server of world.servers)
          for (const line of server.mistakes())
            violations.push(`a server of layout ${server.layout} logged ${line}`)
        if (violations.length > 0) break
        log(`  all right after ${took} ms`)
        const name =
          hand.length === 1 ? (hand[0]?.name ?? '') : hand.length === 0 ? 'no fault' : 'several at once'
        slowest.set(name, Math.max(slowest.get(name) ?? 0, took))
      }
      round += 1
    }
  } finally {
    for (const subscriber of subscribers) subscriber.stop()
    await world.stop()
  }
  if (violations.length > 0) {
    const faults = hand.map(({ name }) => name).join(' + ') || 'no fault'
    throw new Error(
      [
        `seed ${seed}, round ${round} (${faults}): ${violations.length} violations`,
        ...violations.slice(0, 5),
      ].join('\n'),
    )
  }
  const updates = subscribers.flatMap(({ views }) => views).reduce((sum, { held }) => sum + held.updates, 0)
  counts.set('updates', updates)
  return { rounds: round - from, counts, slowest }
}

type Shared = Pick<ConstructorParameters<typeof Subscriber>[0], 'count' | 'onViolation'>

function subscribersOf(world: World, seed: number, shared: Shared): Subscriber[] {
  return world.servers.flatMap((server) =>
    Array.from({ length: SUBSCRIBERS }, (_, i) => {
      const name = `subscriber ${i} of layout ${server.layout}`
      const random = new Random(seed, name)
      const selections = Array.from({ length: random.whole(1, 3) }, () => randomSelection(random))
      return new Subscriber({
        ...shared,
        name,
        home: homeOf(server, world),
        random,
        selections: i === 0 ? [witnessed, ...selections] : selections,
      })
    }),
  )
}

function homeOf(server: Kairos, world: World) {
  return {
    get url() {
      return server.url
    },
    get ends() {
      return server.ends
    },
    flushes: () => world.flushes,
  }
}

interface Storm extends Shared {
  readonly seed: string
  readonly hand: readonly Fault[]
  readonly subscribers: readonly Subscriber[]
}

/** Everybody does what they do, while faults strike. When it resolves nobody writes, and all is whole. */
async function storm(world: World, { seed, hand, subscribers, ...shared }: Storm): Promise<void> {
  const random = new Random(seed, 'storm')
  const writers = new Writers({ world, seed, ...shared })
  const over = new AbortController()
  const acting = act(subscribers, over.signal)
  try {
    await wait(random.whole(200, 1500))
    await Promise.all(
      hand.map(async ({ name, strike }) => {
        const random = new Random(seed, name)
        await wait(random.whole(0, 1000))
        await strike(world, random)
      }),
    )
    await wait(random.whole(0, 800))
  } finally {
    over.abort()
    await acting
    await writers.stop()
  }
  for (const subscriber of subscribers) subscriber.attend()
  await world.whole()
}

async function act(subscribers: readonly Subscriber[], over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    for (const subscriber of subscribers) subscriber.act()
    await wait(400)
  }
}

interface Pending {
  readonly server: Kairos
  readonly subscriber: Subscriber
  readonly view: View
  /** where the window ended when what is held was equal */
  readonly ends: Set<number>
}

/**
 * Resolves, with the milliseconds it took, when every subscriber was seen to hold what a fresh query gives: those of windows
 * that move all the time again after they have moved. Adds a violation of each that does not within its time.
 */
async function settle(
  world: World,
  subscribers: readonly Subscriber[],
  violations: string[],
): Promise<number> {
  const began = performance.now()
  let first = 0
  let pending = subscribers.flatMap((subscriber) =>
    subscriber.views.map((view): Pending => {
      const server = world.servers.find(({ layout }) => subscriber.name.includes(layout)) as Kairos
      return { server, subscriber, view, ends: new Set() }
    }),
  )
  for (;;) {
    const late = performance.now() - began > CONTRACT + ALLOWANCE
    const fresh = new Map<string, Promise<Run | string>>()
    const looked = pending.map(async (each): Promise<string | undefined> => {
      const { selection, held } = each.view
      const key = `${each.server.url} ${JSON.stringify(selection)}`
      const asked = fresh.get(key) ?? ask(each.server.url, selection)
      fresh.set(key, asked)
      const run = await asked
      if (typeof run === 'string') return `a fresh query gives ${run}`
      if (!each.view.current) return 'nothing was told since it connected'
      const different = difference(held.run, run)
      if (different === undefined) each.ends.add(run.end)
      return different
    })
    const differences = await Promise.all(looked)
    const settled = ({ view, ends }: Pending) => ends.size >= (view.selection.turn === 1 ? 2 : 1)
    if (late) {
      for (const [i, each] of pending.entries())
        if (each.ends.size === 0 || (!settled(each) && late))
          violations.push(
            `${each.subscriber.describe(each.view)} is not current after ${Math.round(performance.now() - began)} ms\n` +
              `${differences[i] ?? 'it is just now'}\n${historyOf(each.view)}`,
          )
      return performance.now() - began
    }
    if (first === 0 && pending.every(({ ends }) => ends.size > 0))
      first = Math.round(performance.now() - began)
    if (violations.length > 0) return first
    pending = pending.filter((each) => !settled(each))
    if (pending.length === 0) return first
    await wait(LOOK)
  }
}

async function ask(url: string, selection: Selection): Promise<Run | string> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(queryOf(selection)),
      signal: AbortSignal.timeout(1500),
    })
    const { data, errors } = await response.json()
    return errors ? JSON.stringify(errors) : data.run
  } catch (error) {
    return String(error)
  }
}
