import { isDeepStrictEqual } from 'node:util'
import type { Insert, InsertResult, IntervalOptions, SeriesType } from '../../../src/kairos/index.ts'
import { Refused } from './agrees.ts'
import { type Read, wholeSum } from './data.ts'
import { hasLeft, type Interval, isDivided, type LayoutName, understood } from './interval.ts'
import type { Kept } from './step.ts'
import { View } from './view.ts'

export interface ModelOptions {
  readonly type: SeriesType
  readonly read: Read
  readonly write: (value: unknown) => unknown
  readonly intervals: Readonly<Record<string, IntervalOptions>>
  readonly layout: LayoutName
  readonly clock: () => number
}

interface Id {
  readonly id?: string
}

/** What was asked under an id, when, and what was answered. */
export interface Asked {
  readonly inserts: readonly Insert[]
  readonly at: number
  readonly result: InsertResult
}

/** Seconds for which an id is remembered. */
export const DAY = 86_400

/**
 * A Timeseries as its contract has it, slow and obvious: it remembers every value with its copies, and looks through
 * all of them at every read. What is wrong with an argument it does not check.
 */
export class Model {
  readonly #options: ModelOptions
  readonly #intervals: readonly Interval[]
  readonly #asked = new Map<string, Asked>()
  #kept: readonly Kept[] = []

  constructor(options: ModelOptions) {
    this.#options = options
    this.#intervals = understood(options.intervals, options.layout)
  }

  insert(name: string, value?: unknown, { id, ...options }: Omit<Insert, 'name' | 'value'> & Id = {}) {
    return this.insertMany([{ ...options, name, value }], id === undefined ? {} : { id })
  }

  insertMany(inserts: readonly Insert[], { id }: Id = {}): InsertResult {
    const known = id === undefined ? undefined : this.#asked.get(id)
    if (known && this.#options.clock() - known.at < DAY) {
      if (!isDeepStrictEqual(known.inserts, inserts)) throw new Refused('BAD_USER_INPUT')
      return { ...known.result, duplicate: true }
    }
    const result = this.#record(inserts)
    if (id !== undefined) this.#asked.set(id, { inserts, at: this.#options.clock(), result })
    return result
  }

  /** What is remembered under an id, or was. */
  asked(id: string): Asked | undefined {
    return this.#asked.get(id)
  }

  delete(name: string): void {
    this.#kept = this.#kept.filter((each) => each.name !== name)
  }

  deleteAll(): void {
    this.#kept = []
  }

  /** What had not left the steps of its interval at `time`; `more` adds to the steps. */
  keptAt(time: number, more = 0): View {
    const { type, read, clock } = this.#options
    const kept = this.#kept.filter(({ interval, timestamp }) => !hasLeft(interval, timestamp, time, more))
    return new View(kept, { type, read, intervals: this.#intervals, now: clock() })
  }

  #record(inserts: readonly Insert[]): InsertResult {
    const added: Kept[] = []
    let inserted = 0
    let expired = 0
    for (const insert of inserts) {
      const texts = this.#texts(insert.value)
      const places = this.#intervals.flatMap((interval) => this.#places(interval, insert))
      for (const { interval, timestamp } of places) {
        for (const text of texts) added.push({ name: insert.name, interval, timestamp, text })
      }
      if (places.length > 0) inserted += texts.length
      else expired += texts.length
    }
    const kept = [...this.#kept, ...added.filter((each) => this.#leavesTrace(each))]
    if (this.#options.type === 'count') {
      refuseInexact(added)
      refuseInexact(kept)
    }
    this.#kept = kept
    return { inserted, expired, duplicate: false }
  }

  #texts(value: unknown): string[] {
    const amount = this.#options.type === 'count' && value === undefined ? 1 : value
    return (Array.isArray(amount) ? amount : [amount]).map((each) => String(this.#options.write(each)))
  }

  /** Where a value is recorded: at its time, and at the start of each step that it is copied to. */
  #places(interval: Interval, { timestamp, intervals: copies = 0 }: Insert) {
    const { floor, offset } = interval.step
    const now = this.#options.clock()
    const own = timestamp ?? now
    const others = Array.from({ length: Math.abs(copies) }, (_, i) =>
      offset(floor(own), Math.sign(copies) * (i + 1)),
    )
    return [own, ...others]
      .filter((each) => !hasLeft(interval, each, now))
      .map((each) => ({ interval, timestamp: each }))
  }

  /** A count of 0 adds nothing; where the interval is divided it opens its bucket all the same. */
  #leavesTrace({ interval, text }: Kept): boolean {
    return this.#options.type !== 'count' || Number(text) !== 0 || isDivided(interval)
  }
}

/** Whole amounts are added up exactly, or not at all: those of one request, and all. */
function refuseInexact(kept: readonly Kept[]): void {
  const buckets = new Map<string, number[]>()
  for (const { name, interval, timestamp, text } of kept) {
    const { step, finest } = interval
    const bucket = JSON.stringify([name, interval.name, step.floor(timestamp), finest.floor(timestamp)])
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), Number(text)])
  }
  for (const amounts of buckets.values()) {
    if (!amounts.every(Number.isSafeInteger)) continue
    const sum = wholeSum(amounts)
    if (sum > Number.MAX_SAFE_INTEGER || sum < Number.MIN_SAFE_INTEGER) throw new Refused('BAD_USER_INPUT')
  }
}
