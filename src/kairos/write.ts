import type { Redis } from 'ioredis'
import { type InsertFault, KairosError } from './errors.ts'
import { finest, hasLeft, type Interval } from './interval.ts'
import type { Stored } from './kinds/index.ts'
import type { KeyWrite, Place } from './layouts/layout.ts'
import { writeScript } from './lua/scripts.ts'
import type { Entry, Model } from './model.ts'
import { MARKER_LIFE, type Once } from './once.ts'
import { withinTime } from './range.ts'
import { rethrow } from './redis-errors.ts'

/** What became of a batch. */
export interface InsertResult {
  /** values kept by at least one interval */
  readonly inserted: number
  /** values too old for every interval, and so dropped */
  readonly expired: number
  /** true where the `id` had been applied before and nothing was written now; the counts are the first call's */
  readonly duplicate: boolean
}

/** Redis takes about a million arguments in one command. */
const MOST_ARGUMENTS = 1_000_000

interface PendingBucket {
  readonly model: Model
  readonly place: Place
  readonly values: Stored[]
}

interface PendingKey {
  readonly key: string
  readonly command: KeyWrite['command']
  readonly args: Stored[]
  /** milliseconds; null for ever */
  readonly life: number | null
}

/**
 * The values of one request, gathered by bucket: each bucket is written once, however many values it gets,
 * and the whole batch in one atomic script call.
 */
export class Batch {
  readonly #now: number
  readonly #buckets = new Map<string, PendingBucket>()
  #inserted = 0
  #expired = 0

  /** `now` in Unix seconds: what has left its interval's steps by then is dropped, lives are counted from it. */
  constructor(now: number) {
    this.#now = now
  }

  /** Throws BAD_USER_INPUT where a copy would lie beyond time; then the batch must not be written. */
  add(model: Model, entry: Entry): void {
    withinTime(() => this.#spread(model, entry))
  }

  #spread(model: Model, entry: Entry): void {
    let kept = false
    for (const interval of model.intervals.values()) {
      for (const timestamp of withCopies(interval, entry)) {
        const step = interval.step.floor(timestamp)
        if (hasLeft(interval, step, this.#now)) continue
        kept = true
        this.#gather(
          model,
          { name: entry.name, interval, step, start: finest(interval).floor(timestamp) },
          entry.values,
        )
      }
    }
    if (kept) this.#inserted += entry.values.length
    else this.#expired += entry.values.length
  }

  /**
   * Writes everything, or nothing. Throws TYPE_MISMATCH where a key holds something else, BAD_USER_INPUT where a
   * sum would leave ±(2^53−1), where the id was used for another request, or where the batch is too large for
   * one command.
   */
  async write(redis: Redis, once?: Once): Promise<InsertResult> {
    const result = { inserted: this.#inserted, expired: this.#expired, duplicate: false }
    const pending = this.#keys()
    if (pending.length === 0 && !once) return result
    const keys = pending.map(({ key }) => key)
    const args: Stored[] = [once?.fingerprint ?? '', `${result.inserted} ${result.expired}`, MARKER_LIFE]
    for (const { command, life, args: values } of pending) {
      args.push(command, life ?? '', values.length)
      for (const value of values) args.push(value)
    }
    if (keys.length + args.length > MOST_ARGUMENTS) {
      throw new KairosError('BAD_USER_INPUT', 'too many values for one atomic write: divide them')
    }
    const reply = await writeScript.run(redis, once ? [...keys, once.key] : keys, args).catch(rethrow)
    return outcome(reply, result)
  }

  #gather(model: Model, place: Place, values: readonly Stored[]): void {
    const id = `${place.name}:${place.interval.name}:${place.start}`
    const pending = this.#buckets.get(id)
    if (!pending) this.#buckets.set(id, { model, place, values: [...values] })
    else for (const value of values) pending.values.push(value)
  }

  #keys(): PendingKey[] {
    const keys = new Map<string, PendingKey>()
    for (const { model, place, values } of this.#buckets.values()) {
      for (const { key, command, args } of model.layout.writes(model.kind, place, values)) {
        const pending = keys.get(key)
        if (!pending) keys.set(key, { key, command, args: [...args], life: this.#life(place) })
        else for (const arg of args) pending.args.push(arg)
      }
    }
    return [...keys.values()]
  }

  /** A bucket is needed until its step has left the interval's `steps`, and expires within a step of that. */
  #life({ interval, step }: Place): number | null {
    if (interval.steps === null) return null
    return Math.ceil((interval.step.offset(step, interval.steps) - this.#now) * 1000)
  }
}

/** Adds every insert, or throws one error that lists what is wrong with which. */
export function refuseFaulty<I>(inserts: readonly I[], add: (insert: I) => void): void {
  const faults: InsertFault[] = []
  inserts.forEach((insert, index) => {
    try {
      add(insert)
    } catch (error) {
      if (!(error instanceof KairosError)) throw error
      faults.push({ index, code: error.code, message: error.message })
    }
  })
  const [first] = faults
  if (!first) return
  const others = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  throw new KairosError(first.code, `insert ${first.index}: ${first.message}${others}`, { faults })
}

function withCopies({ step }: Interval, { timestamp, copies }: Entry): number[] {
  const sign = Math.sign(copies)
  const others = Array.from({ length: Math.abs(copies) }, (_, i) =>
    step.offset(step.floor(timestamp), sign * (i + 1)),
  )
  return [timestamp, ...others]
}

function outcome(reply: unknown, result: InsertResult): InsertResult {
  const [status, detail] = Array.isArray(reply) ? reply : []
  switch (status) {
    case 'WRITTEN':
      return result
    case 'DUPLICATE': {
      const [inserted = 0, expired = 0] = String(detail).split(' ').map(Number)
      return { inserted, expired, duplicate: true }
    }
    case 'CONFLICT':
      throw new KairosError('BAD_USER_INPUT', 'this id was used for another request within the last day')
    case 'OVERFLOW':
      throw new KairosError('BAD_USER_INPUT', 'the total would leave the range of exact numbers, ±(2^53−1)')
    case 'FOREIGN':
      throw new KairosError('TYPE_MISMATCH', 'a Redis key of this series holds something of another type')
    default:
      throw new Error(`write.lua replied ${JSON.stringify(reply)}`)
  }
}
