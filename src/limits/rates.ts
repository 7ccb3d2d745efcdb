import type { ChainableCommander } from 'ioredis'
import { LRUCache } from 'lru-cache'

/** Seconds over which a rate is an average: a burst passes, what goes on does not. */
export const WINDOW = 10

/** Callers that are remembered; the one that has not come for longest is forgotten first. */
const MOST_CALLERS = 10_000

/** Callers that are told to the others at once, the busiest first. */
const MOST_TOLD = 1000

/** What one caller asked, by second. */
interface Asked {
  /** as Redis knew it, with what we had told */
  all: Map<number, number>
  /** not told yet */
  readonly ours: Map<number, number>
}

/** How often each caller asked in the last ten seconds, here and elsewhere. */
export class Rates {
  readonly #key: string
  readonly #clock: () => number
  readonly #untold = new Set<string>()
  readonly #callers = new LRUCache<string, Asked>({
    max: MOST_CALLERS,
    dispose: (_, caller) => this.#untold.delete(caller),
  })

  /** `key` is what those in Redis begin with; `clock` gives Unix seconds. */
  constructor(key: string, clock: () => number) {
    this.#key = key
    this.#clock = clock
  }

  get isUntold(): boolean {
    return this.#untold.size > 0
  }

  /**
   * Counts a request. Where there were `perSecond` times ten in the last ten seconds already, it does not count, and what
   * is given is in how many seconds the caller may come again.
   */
  take(caller: string, perSecond: number): number | undefined {
    const now = this.#clock()
    const second = Math.floor(now)
    const asked = this.#asked(caller)
    const seconds = this.#seconds(second)
    const most = Math.max(1, Math.floor(perSecond * WINDOW))
    let total = seconds.reduce((sum, each) => sum + countIn(asked, each), 0)
    if (total < most) {
      asked.ours.set(second, (asked.ours.get(second) ?? 0) + 1)
      this.#untold.add(caller)
      return undefined
    }
    for (const each of seconds) {
      total -= countIn(asked, each)
      if (total < most) return Math.max(1, Math.ceil(each + WINDOW - now))
    }
    return WINDOW
  }

  /** Adds to `transaction` what tells others; what is given takes over the replies to it, in their order. */
  exchange(transaction: ChainableCommander): (replies: readonly unknown[]) => void {
    const seconds = this.#seconds(Math.floor(this.#clock()))
    const callers = this.#busiest(seconds)
    if (callers.length === 0) return () => {}
    const told = callers.map((caller) => new Map(this.#asked(caller).ours))
    let written = 0
    for (const second of seconds) {
      const before = written
      for (const [i, caller] of callers.entries()) {
        const count = told[i]?.get(second)
        if (count === undefined) continue
        transaction.hincrby(`${this.#key}${second}`, caller, count)
        written += 1
      }
      if (written === before) continue
      transaction.expire(`${this.#key}${second}`, 2 * WINDOW)
      written += 1
    }
    for (const second of seconds) transaction.hmget(`${this.#key}${second}`, ...callers)
    return (replies) => {
      const counts = replies.slice(written, written + seconds.length)
      for (const [i, caller] of callers.entries())
        this.#takeOver(caller, told[i], new Map(seconds.map((second, s) => [second, numberAt(counts[s], i)])))
    }
  }

  #takeOver(caller: string, told: ReadonlyMap<number, number> | undefined, all: Map<number, number>): void {
    const asked = this.#asked(caller)
    asked.all = all
    for (const [second, count] of told ?? []) {
      const left = (asked.ours.get(second) ?? 0) - count
      if (left > 0) asked.ours.set(second, left)
      else asked.ours.delete(second)
    }
    if (asked.ours.size === 0) this.#untold.delete(caller)
  }

  /** Of those who have something untold; what is older than the window is forgotten. */
  #busiest(seconds: readonly number[]): string[] {
    const oldest = seconds[0] ?? 0
    const busy: [caller: string, count: number][] = []
    for (const caller of this.#untold) {
      const ours = this.#callers.peek(caller)?.ours ?? new Map<number, number>()
      let count = 0
      for (const [second, n] of ours) {
        if (second < oldest) ours.delete(second)
        else count += n
      }
      if (count === 0) this.#untold.delete(caller)
      else busy.push([caller, count])
    }
    return busy
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_TOLD)
      .map(([caller]) => caller)
  }

  #asked(caller: string): Asked {
    const known = this.#callers.get(caller)
    if (known) return known
    const none: Asked = { all: new Map(), ours: new Map() }
    this.#callers.set(caller, none)
    return none
  }

  /** Those of the window, ascending. */
  #seconds(second: number): number[] {
    return Array.from({ length: WINDOW }, (_, i) => second - WINDOW + 1 + i)
  }
}

function countIn({ all, ours }: Asked, second: number): number {
  return (all.get(second) ?? 0) + (ours.get(second) ?? 0)
}

function numberAt(reply: unknown, i: number): number {
  return Array.isArray(reply) ? Number(reply[i] ?? 0) : 0
}
