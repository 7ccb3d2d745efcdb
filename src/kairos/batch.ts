import { checkBucket } from './calendar/index.ts'
import { faultsSentence, type InsertFault, KairosError, type LimitName } from './errors.ts'
import { hasLeft, type Interval } from './interval.ts'
import type { Stored, WriteCommand } from './kinds/index.ts'
import type { KeyWrite, Place } from './layouts/layout.ts'
import type { Entry, Model } from './model.ts'
import { withinTime } from './range.ts'

/** Values for one bucket; others may be for the same. */
interface Part {
  readonly model: Model
  readonly place: Place
  readonly values: readonly Stored[]
}

/** Bytes of a part and of a value in it: as they are gathered, and again as arguments and as they are sent. */
const PART = 400
const VALUE = 64

/** The newest entry of a series: what follows for the same time goes the same way. */
interface Newest {
  readonly model: Model
  readonly timestamp: number
  readonly copies: number
  /** of all its parts */
  readonly values: Stored[]
  readonly kept: boolean
  /** of the whole series */
  readonly counts: Counts
}

/** How many values at least one interval keeps, and how many none. */
interface Counts {
  inserted: number
  expired: number
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
 * The values of one request, or of several. What belongs to one bucket is written at once, however many values that are.
 */
export class Batch {
  /** Unix seconds: what has left its interval's steps by then is dropped, lives are counted from it */
  readonly now: number
  readonly #parts: Part[] = []
  readonly #newest = new Map<string, Newest>()
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

  /** how much there is to be written: a part for each interval and copy of values */
  get size(): number {
    return this.#parts.length
  }

  /** how much memory it takes until it is written, about */
  get bytes(): number {
    let bytes = this.#parts.length * PART
    for (const { values } of this.#parts)
      for (const value of values) bytes += VALUE + (typeof value === 'string' ? value.length : 0)
    return bytes
  }

  /** Throws BAD_USER_INPUT where a copy would lie beyond time; then the batch must not be written. */
  add(model: Model, entry: Entry): void {
    withinTime(() => this.#spread(model, entry))
  }

  /** Takes over what another batch gathered. */
  addAll(other: Batch): void {
    for (const part of other.#parts) this.#parts.push(part)
  }

  /** The same, divided by where series lie; each part counts its own values. */
  split(slotOf: (name: string) => number): Map<number, Batch> {
    const slots = new Map<string, number>()
    const batches = new Map<number, Batch>()
    for (const [name, { counts }] of this.#newest) {
      const slot = slotOf(name)
      slots.set(name, slot)
      const batch = entryOf(batches, slot, () => new Batch(this.now))
      batch.#inserted += counts.inserted
      batch.#expired += counts.expired
    }
    for (const part of this.#parts) {
      const batch = batches.get(slots.get(part.place.name) ?? 0)
      if (batch) batch.#parts.push(part)
    }
    return batches
  }

  /** What is to be written, by what is to be done. */
  groups(): KeyGroup[] {
    return groupsOf(bucketsOf(this.#parts).flatMap(writesOf), this.now)
  }

  #spread(model: Model, { name, timestamp, copies, values: added }: Entry): void {
    if (added.length === 0) return
    const newest = this.#newest.get(name)
    if (newest?.model === model && newest.timestamp === timestamp && newest.copies === copies) {
      for (const value of added) newest.values.push(value)
      this.#count(newest.counts, added, newest.kept)
      return
    }
    const values = [...added]
    let kept = false
    for (const interval of model.intervals.values()) {
      const first = interval.step.floor(timestamp)
      for (let copy = 0; copy <= Math.abs(copies); copy += 1) {
        const step = checkBucket(
          interval.step,
          copy === 0 ? first : interval.step.offset(first, copy * Math.sign(copies)),
        )
        if (hasLeft(interval, step, this.now)) continue
        kept = true
        const start = interval.resolution?.floor(copy === 0 ? timestamp : step) ?? step
        this.#parts.push({ model, place: { name, interval, step, start }, values })
      }
    }
    const counts = newest?.counts ?? { inserted: 0, expired: 0 }
    this.#newest.set(name, { model, timestamp, copies, values, kept, counts })
    this.#count(counts, added, kept)
  }

  #count(counts: Counts, { length }: readonly Stored[], kept: boolean): void {
    this.#inserted += kept ? length : 0
    this.#expired += kept ? 0 : length
    counts.inserted += kept ? length : 0
    counts.expired += kept ? 0 : length
  }
}

/** What belongs to one bucket, in its order. */
type Parts = [Part, ...Part[]]

function bucketsOf(parts: readonly Part[]): Parts[] {
  // By series, by interval, and by start; with its step's where a bucket may lie in two. Numbers are found the fastest.
  const series = new Map<string, Map<Interval, Map<number | string, Parts>>>()
  const buckets: Parts[] = []
  for (const part of parts) {
    const { name, interval, step, start } = part.place
    const intervals = entryOf(series, name, () => new Map<Interval, Map<number | string, Parts>>())
    const known = entryOf(intervals, interval, () => new Map<number | string, Parts>())
    const id = interval.resolution === null ? step : `${step} ${start}`
    const bucket = known.get(id)
    if (bucket) {
      bucket.push(part)
    } else {
      const first: Parts = [part]
      known.set(id, first)
      buckets.push(first)
    }
  }
  return buckets
}

function writesOf(parts: Parts): readonly KeyWrite[] {
  const [{ model, place, values }] = parts
  const all = parts.length === 1 ? values : parts.flatMap((part) => part.values)
  return model.layout.writes(model.kind, place, model.kind.encode(all))
}

/** Each key once, though several buckets may write to it, and by what is to be done; lives are counted from `now`. */
export function groupsOf(writes: Iterable<KeyWrite>, now: number): KeyGroup[] {
  const keys = new Map<string, [KeyWrite, ...KeyWrite[]]>()
  for (const write of writes) {
    const known = keys.get(write.key)
    if (known) known.push(write)
    else keys.set(write.key, [write])
  }
  const groups = new Map<string, KeyGroup>()
  for (const [key, all] of keys) {
    const [{ command, until, args: only }] = all
    const args = all.length === 1 ? only : all.flatMap((write) => write.args)
    const life = until === null ? null : Math.ceil((until - now) * 1000)
    const id = `${command} ${life} ${args.length}`
    const group = entryOf(groups, id, () => ({ command, life, width: args.length, keys: [], args: [] }))
    group.keys.push(key)
    for (const arg of args) group.args.push(arg)
  }
  return [...groups.values()]
}

/** What `accept` makes of each insert, or one error that lists what is wrong with which. */
export function acceptAll<I, R>(inserts: readonly I[], accept: (insert: I) => R): R[] {
  const { accepted, faults, limit } = sift(inserts, accept)
  const [first] = faults
  if (!first) return accepted
  throw new KairosError(first.code, faultsSentence(faults), { faults, limit })
}

/** What `accept` makes of those inserts that it takes, what is wrong with the others, and the first limit that was in the way. */
export function sift<I, R>(inserts: readonly I[], accept: (insert: I) => R) {
  const accepted: R[] = []
  const faults: InsertFault[] = []
  let limit: LimitName | undefined
  inserts.forEach((insert, index) => {
    try {
      accepted.push(accept(insert))
    } catch (error) {
      if (!(error instanceof KairosError)) throw error
      faults.push({ index, code: error.code, message: error.message })
      limit ??= error.limit
    }
  })
  return { accepted, faults, limit }
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
