import { type InsertFault, KairosError } from './errors.ts'
import { finest, hasLeft, type Interval } from './interval.ts'
import type { Stored, WriteCommand } from './kinds/index.ts'
import type { KeyWrite, Place } from './layouts/layout.ts'
import type { Entry, Model } from './model.ts'
import { withinTime } from './range.ts'

interface PendingBucket {
  readonly model: Model
  readonly place: Place
  readonly values: Stored[]
}

/** Keys that `write.lua` treats alike. */
export interface KeyGroup {
  readonly command: WriteCommand
  /** milliseconds from `now`; null for ever */
  readonly life: number | null
  /** of each key as many arguments */
  readonly width: number
  readonly keys: string[]
  readonly args: string[]
}

/**
 * The values of one request, or of several, gathered by bucket: each bucket is written once, however many values it
 * gets.
 */
export class Batch {
  /** Unix seconds: what has left its interval's steps by then is dropped, lives are counted from it */
  readonly now: number
  readonly #buckets = new Map<string, PendingBucket>()
  #inserted = 0
  #expired = 0

  constructor(now: number) {
    this.now = now
  }

  /** values kept by at least one interval */
  get inserted(): number {
    return this.#inserted
  }

  /** values too old for every interval, and so dropped */
  get expired(): number {
    return this.#expired
  }

  /** Throws BAD_USER_INPUT where a copy would lie beyond time; then the batch must not be written. */
  add(model: Model, entry: Entry): void {
    withinTime(() => this.#spread(model, entry))
  }

  /** Takes over what another batch gathered. */
  addAll(other: Batch): void {
    for (const [id, { model, place, values }] of other.#buckets) this.#gather(id, model, place, values)
  }

  /** What is to be written, by what is to be done. */
  groups(): KeyGroup[] {
    const groups = new Map<string, KeyGroup>()
    for (const { key, command, args, until } of this.#keys()) {
      const life = until === null ? null : Math.ceil((until - this.now) * 1000)
      const id = `${command} ${life} ${args.length}`
      const group = groups.get(id) ?? { command, life, width: args.length, keys: [], args: [] }
      groups.set(id, group)
      group.keys.push(key)
      for (const arg of args) group.args.push(arg)
    }
    return [...groups.values()]
  }

  #spread(model: Model, entry: Entry): void {
    if (entry.values.length === 0) return
    let kept = false
    for (const interval of model.intervals.values()) {
      for (const timestamp of withCopies(interval, entry)) {
        const step = interval.step.floor(timestamp)
        if (hasLeft(interval, step, this.now)) continue
        kept = true
        const start = interval.resolution === null ? step : finest(interval).floor(timestamp)
        const id = `${entry.name}:${interval.name}:${step}:${start}`
        this.#gather(id, model, { name: entry.name, interval, step, start }, entry.values)
      }
    }
    if (kept) this.#inserted += entry.values.length
    else this.#expired += entry.values.length
  }

  #gather(id: string, model: Model, place: Place, values: readonly Stored[]): void {
    const pending = this.#buckets.get(id)
    if (!pending) this.#buckets.set(id, { model, place, values: [...values] })
    else for (const value of values) pending.values.push(value)
  }

  /** Several buckets may write to one key. */
  #keys(): Iterable<KeyWrite> {
    const keys = new Map<string, KeyWrite & { args: string[] }>()
    for (const { model, place, values } of this.#buckets.values()) {
      for (const write of model.layout.writes(model.kind, place, values)) {
        const pending = keys.get(write.key)
        if (!pending) keys.set(write.key, { ...write, args: [...write.args] })
        else for (const arg of write.args) pending.args.push(arg)
      }
    }
    return keys.values()
  }
}

/** What `accept` makes of each insert, or one error that lists what is wrong with which. */
export function acceptAll<I, R>(inserts: readonly I[], accept: (insert: I) => R): R[] {
  const accepted: R[] = []
  const faults: InsertFault[] = []
  inserts.forEach((insert, index) => {
    try {
      accepted.push(accept(insert))
    } catch (error) {
      if (!(error instanceof KairosError)) throw error
      faults.push({ index, code: error.code, message: error.message })
    }
  })
  const [first] = faults
  if (!first) return accepted
  const others = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  throw new KairosError(first.code, `insert ${first.index}: ${first.message}${others}`, { faults })
}

function withCopies({ step }: Interval, { timestamp, copies }: Entry): number[] {
  if (copies === 0) return [timestamp]
  const sign = Math.sign(copies)
  const others = Array.from({ length: Math.abs(copies) }, (_, i) =>
    step.offset(step.floor(timestamp), sign * (i + 1)),
  )
  return [timestamp, ...others]
}
