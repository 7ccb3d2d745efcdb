import { EventEmitter } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { isRefusal } from './refusal.ts'

interface Events {
  /** Redis has acknowledged something, or refused */
  change: []
}

/**
 * How many keys are listened to by a channel each. Such channels cost a writer nothing, but a quarter of a kilobyte each, and
 * to subscribe to so many again, when the connection was lost, takes up to a quarter of a second. One pattern costs
 * each writer a little, and tells of every key of every series.
 */
const MOST_EXACT = 5000
/** The pattern stays until so few are left, so that it does not come and go. */
const FEW = 2500
/** Channels in one command. */
const BATCH = 500

export interface ChannelOptions {
  readonly subscriber: Redis
  /** what the keyspace channels of the database begin with */
  readonly prefix: string
  /** a Redis glob that matches every key that may be wanted */
  readonly pattern: string
  /** a key that is listened to whatever is wanted */
  readonly always: string
}

/**
 * The keyspace channels that a connection listens to: one for each key that is wanted, or one pattern for all. What is new is
 * acknowledged before what it replaces is given up, so that nothing is missed in between.
 */
export class Channels extends EventEmitter<Events> {
  readonly #options: ChannelOptions
  /** how often each key is wanted */
  readonly #wanted = new Map<string, number>()
  /** keys whose own channel Redis has acknowledged */
  readonly #acknowledged = new Set<string>()
  /** wanted keys that have no acknowledged channel of their own, needed or not */
  readonly #missing = new Set<string>()
  #patternAcknowledged = false
  #patternRefused = false
  #refused = false
  #open = false
  #settling: Promise<void> | undefined

  constructor(options: ChannelOptions) {
    super()
    this.#options = options
  }

  /** how many keys are wanted */
  get size(): number {
    return this.#wanted.size
  }

  /** Whether Redis does not let us subscribe. */
  get refused(): boolean {
    return this.#refused
  }

  want(keys: readonly string[]): void {
    for (const key of keys) {
      this.#wanted.set(key, (this.#wanted.get(key) ?? 0) + 1)
      if (!this.#acknowledged.has(key)) this.#missing.add(key)
    }
    // Where it fails, it is tried again at the next beat, or when the connection is back.
    if (this.#open && !this.#refused && !this.covers(keys)) this.settle().catch(() => {})
  }

  /** What is not wanted any more is given up when `settle` is called. */
  unwant(keys: readonly string[]): void {
    for (const key of keys) {
      const times = this.#wanted.get(key) ?? 0
      if (times > 1) this.#wanted.set(key, times - 1)
      else {
        this.#wanted.delete(key)
        this.#missing.delete(key)
      }
    }
  }

  wants(key: string): boolean {
    return this.#wanted.has(key)
  }

  /** Whether Redis tells of these keys. */
  covers(keys: readonly string[]): boolean {
    return this.#open && (this.#patternAcknowledged || keys.every((key) => this.#acknowledged.has(key)))
  }

  /** The connection is ready, and nothing is subscribed yet. As `settle`. */
  async opened(): Promise<void> {
    this.#open = true
    await this.settle()
  }

  /** The connection is lost, and with it every subscription. */
  closed(): void {
    this.#open = false
    this.#refused = false
    this.#patternAcknowledged = false
    this.#patternRefused = false
    this.#acknowledged.clear()
    for (const key of this.#wanted.keys()) this.#missing.add(key)
  }

  /**
   * Subscribes to what is missing and gives up what is not wanted, gathered over a turn of the event loop. Resolves also where
   * Redis refuses, which `refused` tells until it does not any more. Throws what a command fails with.
   */
  settle(): Promise<void> {
    this.#settling ??= this.#settle().finally(() => {
      this.#settling = undefined
    })
    return this.#settling
  }

  async #settle(): Promise<void> {
    await nextTurn()
    if (!this.#open) return
    try {
      // What is wanted meanwhile, too.
      do await this.#settleOnce()
      while (this.#missing.size > 0 && !this.#patternAcknowledged)
      this.#refused = false
    } catch (error) {
      if (!isRefusal(error)) throw error
      this.#refused = true
    }
    this.emit('change')
  }

  async #settleOnce(): Promise<void> {
    const { always } = this.#options
    if (!this.#acknowledged.has(always)) await this.#subscribe([always])
    if (this.#isPatternDue && (await this.#subscribeToPattern())) {
      await this.#unsubscribe(this.#acknowledged)
      return
    }
    while (this.#missing.size > 0) await this.#subscribe([...this.#missing])
    await this.#unsubscribeFromPattern()
    await this.#unsubscribe([...this.#acknowledged].filter((key) => !this.#wanted.has(key)))
  }

  get #isPatternDue(): boolean {
    return !this.#patternRefused && this.size > (this.#patternAcknowledged ? FEW : MOST_EXACT)
  }

  async #subscribe(keys: readonly string[]): Promise<void> {
    const { subscriber, prefix } = this.#options
    const subscribeTo = async (batch: readonly string[]) => {
      await subscriber.subscribe(...batch.map((key) => prefix + key))
      for (const key of batch) {
        this.#acknowledged.add(key)
        this.#missing.delete(key)
      }
      this.emit('change')
    }
    await Promise.all(batches(keys).map(subscribeTo))
  }

  async #unsubscribe(keys: Iterable<string>): Promise<void> {
    const { subscriber, prefix, always } = this.#options
    const surplus = [...keys].filter((key) => key !== always)
    for (const key of surplus) {
      this.#acknowledged.delete(key)
      if (this.#wanted.has(key)) this.#missing.add(key)
    }
    const unsubscribeFrom = (batch: readonly string[]) =>
      subscriber.unsubscribe(...batch.map((key) => prefix + key))
    await Promise.all(batches(surplus).map(unsubscribeFrom))
  }

  /** Tells whether it is subscribed. Some users may subscribe to channels but not to patterns: then there are as many channels as keys. */
  async #subscribeToPattern(): Promise<boolean> {
    if (this.#patternAcknowledged) return true
    const { subscriber, prefix, pattern } = this.#options
    try {
      await subscriber.psubscribe(prefix + pattern)
    } catch (error) {
      if (!isRefusal(error)) throw error
      this.#patternRefused = true
      return false
    }
    this.#patternAcknowledged = true
    this.emit('change')
    return true
  }

  async #unsubscribeFromPattern(): Promise<void> {
    if (!this.#patternAcknowledged) return
    this.#patternAcknowledged = false
    await this.#options.subscriber.punsubscribe(this.#options.prefix + this.#options.pattern)
  }
}

function batches(keys: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, i) =>
    keys.slice(i * BATCH, (i + 1) * BATCH),
  )
}
