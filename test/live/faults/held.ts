import { isDeepStrictEqual } from 'node:util'
import { decodeCursor } from '../../../src/live/cursor.ts'
import type { Bucket, Run, Update } from './series.ts'

/** Something that a subscriber may count on was not so. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

/** What a subscriber holds who does as the contract says: SNAPSHOT replaces, DELTA is put over it. Every update is looked at. */
export class Held {
  #buckets = new Map<number, Bucket>()
  #end = Number.NEGATIVE_INFINITY
  #cursor: string | undefined
  /** whether this is the first update of a connection */
  #first = true
  /** how often the sum of all of it fell */
  falls = 0

  /** To hand back as `after`; undefined while nothing is held. */
  get cursor(): string | undefined {
    return this.#cursor
  }

  get run(): Run {
    return { end: this.#end, buckets: [...this.#buckets.values()].sort((a, b) => a.timestamp - b.timestamp) }
  }

  /** A connection begins; without `resumed` it is to begin with a SNAPSHOT. */
  connect(resumed: boolean): void {
    this.#first = true
    if (!resumed) this.#cursor = undefined
  }

  /** Throws a Violation. */
  take(update: Update): void {
    const { kind, cursor, removed, changed } = update
    this.#checkVersion(kind, cursor)
    if (changed.end < this.#end)
      throw new Violation(`the window's end fell from ${this.#end} to ${changed.end}`)
    const sum = this.#sum()
    if (kind === 'SNAPSHOT') this.#buckets.clear()
    for (const timestamp of removed) this.#buckets.delete(timestamp)
    for (const bucket of changed.buckets) this.#buckets.set(bucket.timestamp, bucket)
    this.#cursor = cursor
    this.#end = changed.end
    this.#first = false
    if (this.#sum() < sum) this.falls += 1
    this.#checkWhole(update)
  }

  #sum(): number {
    return [...this.#buckets.values()].reduce((sum, bucket) => sum + (bucket.sum ?? 0), 0)
  }

  #checkVersion(kind: Update['kind'], cursor: string): void {
    const { epoch, version } = decodeCursor(cursor)
    if (this.#cursor === undefined) {
      if (kind !== 'SNAPSHOT') throw new Violation(`${kind} ${cursor} for one who holds nothing`)
      return
    }
    const seen = decodeCursor(this.#cursor)
    if (epoch !== seen.epoch) {
      if (kind !== 'SNAPSHOT') throw new Violation(`${kind} ${cursor} of another window than ${this.#cursor}`)
    } else if (version < seen.version || (version === seen.version && !this.#first)) {
      throw new Violation(`version went from ${this.#cursor} to ${cursor}`)
    }
  }

  /** What is held after any update is a window: without holes, up to its end, and nothing of what left. */
  #checkWhole({ removed, changed }: Update): void {
    const { buckets, end } = this.run
    const timestamps = changed.buckets.map(({ timestamp }) => timestamp)
    if (timestamps.some((timestamp, i) => timestamp <= (timestamps[i - 1] ?? Number.NEGATIVE_INFINITY)))
      throw new Violation(`changed buckets are not ascending: ${timestamps}`)
    const first = buckets[0]?.timestamp ?? end
    const inside = removed.filter((timestamp) => timestamp >= first && timestamp < end)
    if (inside.length > 0) throw new Violation(`removed, but within the window: ${inside}`)
    for (const [i, { timestamp, seconds }] of buckets.entries()) {
      const next = buckets[i + 1]?.timestamp ?? end
      if (timestamp + seconds !== next)
        throw new Violation(`the bucket ${timestamp} of ${seconds} s is followed by ${next}`)
    }
    if (buckets.length === 0) throw new Violation('the window is empty')
  }
}

const MOST_SHOWN = 20

/** What differs, by value; undefined where they are equal. */
export function difference(held: Run, fresh: Run): string | undefined {
  if (isDeepStrictEqual(held, fresh)) return undefined
  const lines = held.end === fresh.end ? [] : [`  end: held ${held.end}, fresh ${fresh.end}`]
  const of = (run: Run) => new Map(run.buckets.map((bucket) => [bucket.timestamp, bucket]))
  const [mine, theirs] = [of(held), of(fresh)]
  for (const timestamp of [...new Set([...mine.keys(), ...theirs.keys()])].sort((a, b) => a - b)) {
    const [a, b] = [mine.get(timestamp), theirs.get(timestamp)]
    if (!a || !b)
      lines.push(`  bucket ${timestamp}: ${a ? 'held' : 'not held'}, ${b ? 'fresh' : 'not fresh'}`)
    else if (!isDeepStrictEqual(a, b)) lines.push(`  bucket ${timestamp}: ${fieldsThatDiffer(a, b)}`)
  }
  const more = lines.length - MOST_SHOWN
  return [...lines.slice(0, MOST_SHOWN), ...(more > 0 ? [`  and ${more} more`] : [])].join('\n')
}

function fieldsThatDiffer(held: Bucket, fresh: Bucket): string {
  const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 100)
  return Object.entries(fresh)
    .map(([field, value]) => [field, held[field as keyof Bucket], value] as const)
    .filter(([, a, b]) => !isDeepStrictEqual(a, b))
    .map(([field, a, b]) => `${field} held ${shown(a)}, fresh ${shown(b)}`)
    .join('; ')
}
