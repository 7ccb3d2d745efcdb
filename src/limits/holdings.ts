import type { ChainableCommander } from 'ioredis'
import { LRUCache } from 'lru-cache'

/** Seconds for which others believe what a server told that has not told anything since: it may have crashed. */
export const LIFE = 30

/** Holders of which is remembered what they hold elsewhere. */
const MOST_HOLDERS = 10_000

/** Holders that are told to the others at once. */
const MOST_TOLD = 1000

/** How many of a kind, such as sockets, each holder has open at once, here and elsewhere. */
export class Holdings {
  readonly #key: string
  readonly #server: string
  readonly #clock: () => number
  readonly #here = new Map<string, number>()
  readonly #elsewhere = new LRUCache<string, number>({ max: MOST_HOLDERS })
  readonly #untold = new Set<string>()
  /** of whom others know that they hold something here */
  readonly #told = new Set<string>()

  /** `key` is what those in Redis begin with; `server` names this one; `clock` gives Unix seconds. */
  constructor(key: string, server: string, clock: () => number) {
    this.#key = key
    this.#server = server
    this.#clock = clock
  }

  get isUntold(): boolean {
    return this.#untold.size > 0
  }

  /** One more, until what is given is called; undefined where the holder has `most` already. */
  hold(holder: string, most: number): (() => void) | undefined {
    this.#untold.add(holder) // also where it is refused: it may have let go elsewhere
    if (this.#count(holder) + (this.#elsewhere.get(holder) ?? 0) >= most) return undefined
    this.#add(holder, 1)
    let held = true
    return () => {
      if (held) this.#add(holder, -1)
      held = false
    }
  }

  /** Everything is to be told again, before others take this server for crashed. */
  renew(): void {
    for (const holder of this.#here.keys()) this.#untold.add(holder)
  }

  /** Adds to `transaction` what tells others; what is given takes over the replies to it, in their order. */
  exchange(transaction: ChainableCommander): (replies: readonly unknown[]) => void {
    const holders = [...this.#untold].slice(0, MOST_TOLD)
    const now = this.#clock()
    const told = holders.map((holder) => this.#count(holder))
    const heldAt: number[] = []
    let replies = 0
    for (const [i, holder] of holders.entries()) {
      const key = this.#key + holder
      const count = told[i] ?? 0
      if (count === 0) {
        transaction.hdel(key, this.#server)
      } else {
        transaction.hset(key, this.#server, `${count} ${Math.ceil(now) + LIFE}`)
        transaction.expire(key, LIFE)
        replies += 1
      }
      transaction.hvals(key)
      heldAt.push(replies + 1)
      replies += 2
    }
    return (all) => {
      for (const [i, holder] of holders.entries()) {
        const held = all[heldAt[i] ?? 0]
        const total = Array.isArray(held)
          ? held.reduce((sum: number, each) => sum + believed(each, now), 0)
          : 0
        const ours = told[i] ?? 0
        if (ours > 0) this.#told.add(holder)
        else this.#told.delete(holder)
        this.#elsewhere.set(holder, Math.max(0, total - ours))
        if (ours === this.#count(holder)) this.#untold.delete(holder)
      }
    }
  }

  #count(holder: string): number {
    return this.#here.get(holder) ?? 0
  }

  #add(holder: string, change: number): void {
    const count = this.#count(holder) + change
    if (count === 0) this.#here.delete(holder)
    else this.#here.set(holder, count)
    // Those who came and went while Redis was away must not fill the memory.
    const may = count > 0 || this.#told.has(holder) || this.#untold.size < MOST_HOLDERS
    if (may) this.#untold.add(holder)
    else this.#untold.delete(holder)
  }
}

/** What one server told, while it is to be believed. */
function believed(told: unknown, now: number): number {
  const [count, until] = String(told).split(' ').map(Number)
  return count !== undefined && until !== undefined && until > now ? count : 0
}
