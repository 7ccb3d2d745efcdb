/** Who is told at the beats of a pulse. */
interface Paced {
  /** whether there is something to tell */
  readonly hasMore: boolean
  /** whether it was told, and has not taken it yet */
  readonly isTold: boolean
  /** when it may be told again, in monotonic milliseconds */
  readonly due: number
  tell(): void
}

/**
 * The rhythm of all who watch one selection with one `maxRate`: what they are told together is made once for all of them.
 * Times are monotonic milliseconds.
 */
export class Pulse<T extends Paced> {
  readonly maxRate: number
  /** between two beats, at least */
  readonly period: number
  readonly #members = new Set<T>()
  #due = 0
  #now: number | undefined

  /** `maxRate` is beats a second at most. */
  constructor(maxRate: number) {
    this.maxRate = maxRate
    this.period = 1000 / maxRate
  }

  get members(): ReadonlySet<T> {
    return this.#members
  }

  /** The time of the beat that goes on; undefined between two of them. */
  get now(): number | undefined {
    return this.#now
  }

  /** When somebody can be told next: of something new, or where `known` of what there is. Undefined where nobody waits for that. */
  next(known: boolean): number | undefined {
    let next: number | undefined
    for (const member of this.#members) {
      if (member.isTold || (known && !member.hasMore)) continue
      if (member.due <= this.#due) return this.#due
      next = Math.min(next ?? member.due, member.due)
    }
    return next
  }

  add(member: T): void {
    this.#members.add(member)
  }

  remove(member: T): void {
    this.#members.delete(member)
  }

  /**
   * Tells everyone for whom there is something; gives since when the first of them could be told, undefined where there was
   * nobody. Who was told less than a period ago waits for the next beat, with all others.
   */
  beat(now: number): number | undefined {
    if (now < this.#due) return undefined
    this.#now = now
    let first: number | undefined
    for (const member of this.#members) {
      if (member.isTold || !member.hasMore || member.due > now) continue
      first = Math.min(first ?? member.due, member.due)
      member.tell()
    }
    this.#now = undefined
    if (first === undefined) return undefined
    const due = Math.max(first, this.#due)
    this.#due = now + this.period
    return due
  }
}
