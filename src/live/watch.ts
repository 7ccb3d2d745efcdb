import { setTimeout as wait } from 'node:timers/promises'
import type { Bucket, Selection } from '../kairos/index.ts'
import { encodeCursor } from './cursor.ts'
import { LONGEST_TIMER, type Window } from './window.ts'

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

export interface WatchPace {
  /** updates a second at most */
  readonly maxRate: number
  /** the version that was seen before; undefined begins with a SNAPSHOT */
  readonly seen: number | undefined
  /** ends the watch, with its reason where that is not merely an AbortError */
  readonly signal: AbortSignal | undefined
  /** called once, when the watch ends */
  readonly onEnd: () => void
}

/**
 * One watcher's view of a window. Nothing queues: whoever asks late is told the merged rest. Throws what the window
 * fails with.
 */
export class Watch implements AsyncIterableIterator<Update> {
  readonly #window: Window
  readonly #pace: WatchPace
  readonly #abort = new AbortController()
  #seen: number | undefined
  /** monotonic milliseconds of the last update; undefined before the first */
  #told: number | undefined
  /** why it ended, as long as nobody was told */
  #reason: unknown

  constructor(window: Window, pace: WatchPace) {
    this.#window = window
    this.#pace = pace
    this.#seen = pace.seen
    const { signal } = pace
    if (signal?.aborted) this.#end(signal.reason)
    else {
      const options = { once: true, signal: this.#abort.signal }
      signal?.addEventListener('abort', () => this.#end(signal.reason), options)
    }
  }

  async next(): Promise<IteratorResult<Update, undefined>> {
    try {
      await this.#untilDue()
    } catch (error) {
      const ended = await this.return()
      const reason = this.#reason ?? error
      this.#reason = undefined
      if (isAbort(reason)) return ended
      throw reason
    }
    if (this.#window.closed) return await this.return()
    const { whole, buckets, removed } = this.#window.since(this.#seen)
    const { cursor, end, selection } = this.#window
    this.#seen = cursor.version
    this.#told = performance.now()
    const kind = whole ? 'SNAPSHOT' : 'DELTA'
    return { done: false, value: { kind, cursor: encodeCursor(cursor), removed, buckets, selection, end } }
  }

  async return(): Promise<IteratorResult<Update, undefined>> {
    this.#end()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #end(reason?: unknown): void {
    if (this.#abort.signal.aborted) return
    this.#reason = reason
    this.#abort.abort()
    this.#pace.onEnd()
  }

  /** The first update is due at once, the next when something has changed, but not before its time. */
  async #untilDue(): Promise<void> {
    const { signal } = this.#abort
    signal.throwIfAborted()
    if (this.#told === undefined) return
    const pause = this.#told + 1000 / this.#pace.maxRate - performance.now()
    if (pause > 0) await wait(Math.min(pause, LONGEST_TIMER), undefined, { signal })
    await this.#window.changedSince(this.#seen ?? 0, signal)
  }
}

function isAbort(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'AbortError'
}
