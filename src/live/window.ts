import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { type Bucket, KairosError, type Selection } from '../kairos/index.ts'
import type { Log } from '../log.ts'
import type { Cursor } from './cursor.ts'

export interface WindowOptions {
  readonly selection: Selection
  /** how many of the newest; undefined: the interval's own number */
  readonly steps: number | undefined
  readonly condensed: boolean
  /** the time now, in Unix seconds */
  readonly clock: () => number
  readonly log: Log
}

/** What a watcher is to be told to hold what the window holds. */
export interface Change {
  /** the whole window, rather than what changed */
  readonly whole: boolean
  readonly version: number
  readonly buckets: readonly Bucket[]
  /** timestamps that left, ascending */
  readonly removed: readonly number[]
}

interface Held {
  readonly bucket: Bucket
  /** the version in which it last changed */
  readonly version: number
}

/** Milliseconds for which hints gather before Redis is asked. */
const GATHER = 5
/** Milliseconds after which a failed read is tried again. */
const RETRY = 250
/** The longest time that a Node timer takes, in milliseconds. */
export const LONGEST_TIMER = 2 ** 31 - 1
/** Buckets that left are remembered for resuming, so many at most. */
const MOST_REMOVED = 10_000

/**
 * The newest steps of a selection, held as a fresh read would give them. It reads again what hints name, what
 * time opens, and everything after a doubt; a version is one set of real changes.
 */
export class Window extends EventEmitter<{ change: [] }> {
  readonly #epoch = randomBytes(12).toString('base64url')
  readonly selection: Selection
  readonly #options: WindowOptions
  readonly #held = new Map<number, Held>()
  readonly #removed = new Map<number, number>()
  #starts: readonly number[] = []
  #version = 0
  /** changes before it are forgotten */
  #oldest = 0
  #dirty: Set<number> | 'all' = 'all'
  #working: Promise<void> | undefined
  #turn: NodeJS.Timeout | undefined
  #opened = false
  #closed = false
  #failure: unknown

  constructor(options: WindowOptions) {
    super()
    this.setMaxListeners(0)
    this.selection = options.selection
    this.#options = options
  }

  get closed(): boolean {
    return this.#closed
  }

  get cursor(): Cursor {
    return { epoch: this.#epoch, version: this.#version }
  }

  /** Where its last bucket ends, in Unix seconds. */
  get end(): number {
    return this.selection.endOf(this.#starts)
  }

  /** Reads the whole window, and once more what changed meanwhile. Throws where Redis cannot be read. */
  async open(): Promise<void> {
    await this.#refresh()
    if (this.#isDirty()) await this.#refresh()
    this.#opened = true
    this.#work()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#turn)
    this.emit('change')
  }

  /** A hint that the step that starts at `start` may have changed; all of them where it is missing. */
  mark(start?: number): void {
    if (start === undefined) this.#dirty = 'all'
    else if (this.#dirty !== 'all') this.#dirty.add(start)
    if (this.#opened) this.#work()
  }

  /** Resolves when the window has changed since `version`, or is closed. Throws when it fails, or `signal` aborts. */
  async changedSince(version: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    while (this.#version <= version && !this.#closed) await once(this, 'change', { signal })
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Whether a watcher that saw `cursor` can be told what it missed. */
  remembers({ epoch, version }: Cursor): boolean {
    return epoch === this.#epoch && version >= this.#oldest && version <= this.#version
  }

  /** What changed since `version`, merged; the whole window where that is unknown. */
  since(version: number | undefined): Change {
    const whole = version === undefined || version < this.#oldest
    const changed = [...this.#held.values()].filter((held) => whole || held.version > version)
    const removed = whole
      ? []
      : [...this.#removed].filter(([, left]) => left > version).map(([timestamp]) => timestamp)
    return {
      whole,
      version: this.#version,
      buckets: changed.map((held) => held.bucket).sort((a, b) => a.timestamp - b.timestamp),
      removed: removed.sort((a, b) => a - b),
    }
  }

  /** What repeating would not mend, as a key that now holds something else. */
  #fail(error: unknown): void {
    this.#failure = error
    this.close()
  }

  #isDirty(): boolean {
    return this.#dirty === 'all' || this.#dirty.size > 0
  }

  #work(): void {
    this.#working ??= this.#workOff().finally(() => {
      this.#working = undefined
      if (this.#isDirty() && !this.#closed) this.#work()
      else this.#awaitTurn()
    })
  }

  async #workOff(): Promise<void> {
    await wait(GATHER)
    while (!this.#closed && this.#isDirty()) {
      try {
        await this.#refresh()
      } catch (error) {
        if (!(error instanceof KairosError && error.code === 'STORE_UNAVAILABLE')) return this.#fail(error)
        this.#options.log.debug(`a window waits for Redis: ${error.message}`)
        await wait(RETRY)
      }
    }
  }

  /** Reads what is dirty or new and takes over what really changed. */
  async #refresh(): Promise<void> {
    const { steps, condensed } = this.#options
    const dirty = this.#dirty
    this.#dirty = new Set()
    try {
      const known = new Set(this.#starts)
      const starts = this.selection.steps({ steps })
      const stale = starts.filter((start) => dirty === 'all' || dirty.has(start) || !known.has(start))
      const buckets = stale.length === 0 ? [] : await this.selection.read(stale, { condensed })
      this.#take(starts, buckets)
    } catch (error) {
      this.#dirty = 'all'
      throw error
    }
  }

  #take(starts: readonly number[], buckets: readonly Bucket[]): void {
    const version = this.#version + 1
    const first = starts[0] ?? 0
    const gone = [...this.#held.keys()].filter(
      (timestamp) => timestamp < first || timestamp >= this.selection.endOf(starts),
    )
    const changed = buckets.filter((bucket) => !this.#held.get(bucket.timestamp)?.bucket.equals(bucket))
    this.#starts = starts
    if (gone.length === 0 && changed.length === 0) return
    for (const timestamp of gone) {
      this.#held.delete(timestamp)
      this.#removed.set(timestamp, version)
    }
    for (const bucket of changed) {
      this.#held.set(bucket.timestamp, { bucket, version })
      this.#removed.delete(bucket.timestamp)
    }
    this.#forget()
    this.#version = version
    this.emit('change')
  }

  #forget(): void {
    for (const [timestamp, version] of this.#removed) {
      if (this.#removed.size <= MOST_REMOVED) return
      this.#removed.delete(timestamp)
      this.#oldest = version
    }
  }

  /** A window moves with time, whether anything is written or not. */
  #awaitTurn(): void {
    clearTimeout(this.#turn)
    if (this.#closed) return
    const seconds = this.end - this.#options.clock()
    const untilEnd = Math.min(Math.max(0, Math.ceil(seconds * 1000)), LONGEST_TIMER)
    this.#turn = setTimeout(() => this.#markTurn(), untilEnd)
  }

  /** A step opens; and one leaves what its interval keeps, which the window may be longer than. */
  #markTurn(): void {
    const { step, steps } = this.selection.interval
    const left = steps === null ? undefined : this.#starts.at(-steps)
    if (left !== undefined) this.mark(left)
    this.mark(step.floor(this.#options.clock()))
  }
}
