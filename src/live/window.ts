import { randomBytes } from 'node:crypto'
import type { Bucket, Selection, StepsRead } from '../kairos/index.ts'
import { type Cursor, encodeCursor } from './cursor.ts'

/** What to do to hold what a fresh read would give. */
export interface Update {
  /** SNAPSHOT: replace what you hold; DELTA: put `buckets` over those with the same timestamp, drop what left */
  readonly kind: 'SNAPSHOT' | 'DELTA'
  /** hand it back as `after` */
  readonly cursor: string
  /** timestamps of the buckets that left, ascending */
  readonly removed: readonly number[]
  /** whole, oldest first */
  readonly buckets: readonly Bucket[]
  readonly selection: Selection
  /** where the window's last bucket ends, in Unix seconds */
  readonly end: number
}

/** Which of a selection's steps a window shows, and how. */
export interface View {
  /** how many of the newest */
  readonly steps: number
  readonly condensed: boolean
}

/** What has to be read of a window. Starts of steps, ascending. */
export interface Stale {
  readonly window: Window
  readonly starts: readonly number[]
  readonly unread: readonly number[]
}

interface Held {
  readonly bucket: Bucket
  /** the version in which it last changed */
  readonly version: number
}

/** Updates that are kept for others who saw the same: anybody can name any version as seen. */
const MOST_UPDATES = 100
/** Buckets that left are remembered for resuming, so many more than are held at most: beyond that a SNAPSHOT says as much in less. */
const MOST_REMOVED = 100

/**
 * The newest steps of a selection as they were last read, and in which version each bucket changed. A version is one set of
 * real changes; whoever saw one can be told what changed since.
 */
export class Window {
  readonly selection: Selection
  readonly condensed: boolean
  /** why it cannot be read any more, though Redis answers */
  fault: unknown
  readonly #steps: number
  readonly #epoch = randomBytes(12).toString('base64url')
  readonly #held = new Map<number, Held>()
  readonly #removed = new Map<number, number>()
  /** by the version that was seen; of the present version alone */
  readonly #updates = new Map<number | undefined, Update>()
  #starts: readonly number[] = []
  #end = 0
  #weight: number
  #version = 0
  /** changes before it are forgotten */
  #oldest = 0
  /** starts of steps that may have changed since they were read */
  #dirty: Set<number> | 'all' = 'all'

  constructor(selection: Selection, { steps, condensed }: View) {
    this.selection = selection
    this.condensed = condensed
    this.#steps = steps
    this.#weight = selection.count({ steps, condensed })
  }

  /** Counts its real changes. */
  get version(): number {
    return this.#version
  }

  /** Starts of the steps that it had when it was last read; none before that. */
  get starts(): readonly number[] {
    return this.#starts
  }

  get isDirty(): boolean {
    return this.#dirty === 'all' || this.#dirty.size > 0
  }

  /** Buckets that it holds. */
  get size(): number {
    return this.#held.size
  }

  /** Buckets, and stored values in them, that it holds; before it was read, the buckets that it will. */
  get weight(): number {
    return this.#weight
  }

  /** Where its last bucket ends, in Unix seconds; 0 before it was read. */
  get end(): number {
    return this.#end
  }

  /** These steps may have changed; all of them where they are missing. */
  mark(starts?: readonly number[]): void {
    if (starts === undefined) this.#dirty = 'all'
    if (this.#dirty === 'all' || starts === undefined) return
    const [oldest = Number.NEGATIVE_INFINITY] = this.#starts
    for (const start of starts) if (start >= oldest) this.#dirty.add(start)
  }

  /**
   * The steps that it should have now, and those of them that have to be read. It is no longer dirty, until it is marked
   * again. Throws RANGE_TOO_LARGE.
   */
  stale(): Stale {
    const starts = this.selection.steps({ steps: this.#steps })
    const dirty = this.#dirty
    this.#dirty = new Set()
    const [before, now] = [this.#starts.at(-1), starts.at(-1)]
    if (dirty === 'all' || before === undefined || now === undefined)
      return { window: this, starts, unread: starts }
    const known = new Set(this.#starts)
    const unread = starts.filter(
      (start) => dirty.has(start) || !known.has(start) || this.selection.leaves(start, before, now),
    )
    return { window: this, starts, unread }
  }

  /** Takes over what was read of it. Where anything is other than before, that is a new version. */
  take({ starts, unread }: Stale, read: StepsRead): void {
    const end = this.selection.endOf(starts)
    const first = starts[0] ?? end
    const gone = [...this.#held.keys()].filter((timestamp) => timestamp < first || timestamp >= end)
    const changed = unread
      .flatMap((start) => read.buckets(start, this.condensed))
      .filter((bucket) => !this.#held.get(bucket.timestamp)?.bucket.equals(bucket))
    if (this.#end === 0) this.#weight = 0
    this.#starts = starts
    this.#end = end
    if (gone.length === 0 && changed.length === 0) return
    this.#version += 1
    this.#updates.clear()
    for (const timestamp of gone) {
      this.#weight -= weightOf(this.#held.get(timestamp))
      this.#held.delete(timestamp)
      this.#removed.set(timestamp, this.#version)
    }
    for (const bucket of changed) {
      const held = { bucket, version: this.#version }
      this.#weight += weightOf(held) - weightOf(this.#held.get(bucket.timestamp))
      this.#held.set(bucket.timestamp, held)
      this.#removed.delete(bucket.timestamp)
    }
    this.#forget()
  }

  /** Whether somebody who saw `cursor` can be told what it missed. */
  remembers({ epoch, version }: Cursor): boolean {
    return epoch === this.#epoch && version >= this.#oldest && version <= this.#version
  }

  /** What changed since version `seen`; the whole window where that is unknown. The same object for all who ask soon. */
  update(seen: number | undefined): Update {
    const known = this.#updates.get(seen)
    if (known) return known
    const update = seen === undefined || seen < this.#oldest ? this.#snapshot() : this.#delta(seen)
    const [first] = this.#updates.keys()
    if (this.#updates.size === MOST_UPDATES) this.#updates.delete(first)
    this.#updates.set(seen, update)
    return update
  }

  #snapshot(): Update {
    return this.#told('SNAPSHOT', [...this.#held.values()], [])
  }

  #delta(seen: number): Update {
    const changed = [...this.#held.values()].filter(({ version }) => version > seen)
    const removed = [...this.#removed].filter(([, left]) => left > seen).map(([timestamp]) => timestamp)
    return this.#told('DELTA', changed, removed)
  }

  #told(kind: Update['kind'], held: readonly Held[], removed: number[]): Update {
    return {
      kind,
      cursor: encodeCursor({ epoch: this.#epoch, version: this.#version }),
      removed: removed.sort((a, b) => a - b),
      buckets: held.map(({ bucket }) => bucket).sort((a, b) => a.timestamp - b.timestamp),
      selection: this.selection,
      end: this.#end,
    }
  }

  #forget(): void {
    for (const [timestamp, version] of this.#removed) {
      if (this.#removed.size <= this.#held.size + MOST_REMOVED) return
      this.#removed.delete(timestamp)
      this.#oldest = version
    }
  }
}

function weightOf(held: Held | undefined): number {
  return held ? 1 + held.bucket.size : 0
}
