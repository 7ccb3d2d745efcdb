import type { Watch } from './watch.ts'
import type { Window } from './window.ts'

/**
 * The rhythm of all who watch one selection with one `maxRate`: what they are told together is made once for all of them.
 * Times are monotonic milliseconds.
 */
export class Pulse {
  readonly maxRate: number
  /** between two beats, at least */
  readonly period: number
  readonly #watches = new Set<Watch>()
  #due = 0
  #now: number | undefined

  /** `maxRate` is beats a second at most. */
  constructor(maxRate: number) {
    this.maxRate = maxRate
    this.period = 1000 / maxRate
  }

  /** When its next beat may be. */
  get due(): number {
    return this.#due
  }

  /** The time of the beat that goes on; undefined between two of them. */
  get now(): number | undefined {
    return this.#now
  }

  get isEmpty(): boolean {
    return this.#watches.size === 0
  }

  /** Whether anyone waits for something new: who was told that there is, and has not taken it, does not. */
  get isAwaited(): boolean {
    for (const watch of this.#watches) if (!watch.isTold) return true
    return false
  }

  /** Whether anyone waits for what is there already. */
  get isLate(): boolean {
    for (const watch of this.#watches) if (!watch.isTold && watch.hasMore) return true
    return false
  }

  add(watch: Watch): void {
    this.#watches.add(watch)
  }

  remove(watch: Watch): void {
    this.#watches.delete(watch)
  }

  /** Ends every watch, or those of one window. */
  end(reason: unknown, window?: Window): void {
    for (const watch of [...this.#watches]) if (!window || watch.window === window) watch.end(reason)
  }

  /** Tells everyone for whom there is something. Those who were told less than a period ago wait for the next beat, with all others. */
  beat(now: number): void {
    if (now < this.#due) return
    this.#now = now
    let told = false
    let next = Number.POSITIVE_INFINITY
    for (const watch of this.#watches) {
      if (watch.isTold || !watch.hasMore) continue
      if (watch.due <= now) {
        watch.tell()
        told = true
      } else next = Math.min(next, watch.due)
    }
    this.#now = undefined
    if (told) this.#due = now + this.period
    else if (next < Number.POSITIVE_INFINITY) this.#due = next
  }
}
