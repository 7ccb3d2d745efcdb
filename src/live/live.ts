import type { Redis } from 'ioredis'
import { KairosError, type Selection, type Store } from '../kairos/index.ts'
import type { Log } from '../log.ts'
import { decodeCursor } from './cursor.ts'
import { Notifications } from './notifications.ts'
import { type Update, Watch } from './watch.ts'
import { Window } from './window.ts'

export interface LiveOptions {
  /** the store's; a connection of our own listens beside it */
  readonly redis: Redis
  readonly store: Store
  readonly log: Log
}

export interface WatchOptions {
  /** how many of the newest; default the interval's own number */
  readonly steps?: number | undefined
  /** fold the resolution buckets of each step into one; default false */
  readonly condensed?: boolean | undefined
  /** updates a second at most, above 0 and up to 60; default 10 */
  readonly maxRate?: number | undefined
  /** the cursor of the last update that was seen, to be told only what was missed */
  readonly after?: string | undefined
  /** ends the watch, also while it begins; its watcher is told the reason, where it is not merely an AbortError */
  readonly signal?: AbortSignal | undefined
  /** called once, when a watch that began ends */
  readonly onEnd?: (() => void) | undefined
}

/** Milliseconds for which a window outlives its last watcher, so that one who returns is told only what it missed. */
const LINGER = 30_000
/** Milliseconds between two looks at everything, for what no notification tells, such as FLUSHDB. */
const SWEEP = 10_000

interface Shared {
  readonly window: Window
  /** when its first read is done */
  readonly opened: Promise<void>
  watchers: number
  lingering?: NodeJS.Timeout
}

/** Windows that are always current, each shared by all who watch the same. */
export class Live {
  readonly #store: Store
  readonly #log: Log
  readonly #notifications: Notifications
  readonly #windows = new Map<string, Shared>()
  readonly #sweep: NodeJS.Timeout

  constructor({ redis, store, log }: LiveOptions) {
    this.#store = store
    this.#log = log
    this.#notifications = new Notifications({
      redis,
      pattern: store.keyPattern,
      types: new Set(['string', 'list', 'hash', 'set']),
      bookkeeping: store.bookkeeping,
      log,
    })
    this.#notifications.on('key', (key) => this.#mark(key))
    this.#notifications.on('doubt', () => this.#markAll())
    this.#notifications.on('beat', () => this.#markAll())
    void this.#notifications.start()
    this.#sweep = setInterval(() => this.#markAll(), SWEEP)
    this.#sweep.unref()
  }

  /**
   * First a SNAPSHOT, or with a known `after` one DELTA of what was missed, empty if nothing was; then a DELTA for
   * every change, merged where they are faster than `maxRate` or than the caller. Ends with `return`, `signal` or `close`.
   * Throws BAD_USER_INPUT, RANGE_TOO_LARGE, TYPE_MISMATCH, STORE_UNAVAILABLE.
   */
  async watch(
    selection: Selection,
    { steps, condensed = false, maxRate = 10, after, signal, onEnd }: WatchOptions = {},
  ): Promise<AsyncIterableIterator<Update>> {
    if (!(maxRate > 0 && maxRate <= 60)) {
      throw new KairosError('BAD_USER_INPUT', 'maxRate must be above 0 and at most 60 updates a second')
    }
    selection.steps({ steps })
    const cursor = after === undefined ? undefined : decodeCursor(after)
    const shared = this.#share(selection, steps, condensed)
    try {
      await shared.opened
    } catch (error) {
      this.#leave(shared)
      throw error
    }
    const seen = cursor && shared.window.remembers(cursor) ? cursor.version : undefined
    const end = () => {
      this.#leave(shared)
      onEnd?.()
    }
    return new Watch(shared.window, { maxRate, seen, signal, onEnd: end })
  }

  /** Windows that are kept current, those that linger included. */
  get windows(): number {
    return this.#windows.size
  }

  get watchers(): number {
    return [...this.#windows.values()].reduce((sum, { watchers }) => sum + watchers, 0)
  }

  /** Ends every watch. */
  close(): void {
    clearInterval(this.#sweep)
    this.#notifications.close()
    for (const { window, lingering } of this.#windows.values()) {
      clearTimeout(lingering)
      window.close()
    }
    this.#windows.clear()
  }

  #share(selection: Selection, steps: number | undefined, condensed: boolean): Shared {
    const key = JSON.stringify([selection.names, selection.interval.name, steps, condensed])
    const known = this.#windows.get(key)
    if (known && !known.window.closed) {
      clearTimeout(known.lingering)
      known.watchers += 1
      return known
    }
    const window = new Window({ selection, steps, condensed, clock: this.#store.clock, log: this.#log })
    const opened = this.#notifications.listen([this.#store.keyPattern]).then(() => window.open())
    const shared: Shared = { window, opened, watchers: 1 }
    this.#windows.set(key, shared)
    opened.catch(() => this.#drop(shared))
    return shared
  }

  #leave(shared: Shared): void {
    shared.watchers -= 1
    if (shared.watchers > 0) return
    shared.lingering = setTimeout(() => this.#drop(shared), LINGER)
    shared.lingering.unref()
  }

  #drop(shared: Shared): void {
    for (const [key, each] of this.#windows) if (each === shared) this.#windows.delete(key)
    shared.window.close()
  }

  #mark(key: string): void {
    const place = this.#store.locate(key)
    if (!place) return
    for (const { window } of this.#windows.values()) {
      const { names, interval } = window.selection
      if (names.includes(place.name) && interval.name === place.interval.name)
        for (const step of place.steps) window.mark(step)
    }
  }

  #markAll(): void {
    for (const { window } of this.#windows.values()) window.mark()
  }
}
