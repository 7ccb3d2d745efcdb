import pLimit from 'p-limit'
import { type Client, KairosError, type Selection, type StepsRead, type Store } from '../kairos/index.ts'
import type { Log } from '../log.ts'
import { decodeCursor } from './cursor.ts'
import { LiveSelection } from './live-selection.ts'
import { type Doubt, Notifications } from './notifications.ts'
import type { Watch } from './watch.ts'
import type { View, Window } from './window.ts'

export interface LiveOptions {
  /** the store's; a connection of our own listens beside it */
  readonly redis: Client
  readonly store: Store
  readonly log: Log
  /**
   * Told whenever watchers of a selection were told of a change, so many milliseconds after it was heard of; where their `maxRate`
   * made it wait, after they could be told. Default nobody is.
   */
  readonly onTold?: ((milliseconds: number) => void) | undefined
  /** buckets, and stored values in them, that windows may hold before no other one is opened; default 4,000,000 */
  readonly heaviest?: number | undefined
}

/** No more windows can be opened for now. */
export class WindowsFull extends Error {
  override readonly name = 'WindowsFull'
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
  /** called once, when a watch that began ends */
  readonly onEnd?: (() => void) | undefined
}

/** What was done since the start. */
export interface LiveCounts {
  /** times that Redis was asked for buckets */
  readonly reads: number
  /** steps that were read, each of every series that is joined */
  readonly steps: number
  /** keys of windows that Redis told of */
  readonly hints: number
  readonly doubts: Readonly<Record<Doubt, number>>
}

/** Some 250 bytes each: a gigabyte. */
const HEAVIEST = 4_000_000
/** Milliseconds for which a window outlives its last watcher, so that one who returns is told only what it missed. */
const LINGER = 30_000
/** Windows that nobody watches, and their weight, so much at most: the one that was left first is dropped first. */
const MOST_LINGERING = { windows: 1000, weight: 250_000 }
/** Beats, a second each, in which every window is read once in full, for what no notification tells. */
const SWEEP = 30
/** Reads under way at once, so that others have their turn when all windows are in doubt. */
const MOST_READING = 256

const NO_DOUBTS: LiveCounts['doubts'] = {
  connected: 0,
  silent: 0,
  'switched-off': 0,
  unheard: 0,
  flushed: 0,
  paused: 0,
  moved: 0,
}

/** Windows that are always current, each shared by all who watch the same. */
export class Live {
  readonly #store: Store
  readonly #log: Log
  readonly #onTold: (milliseconds: number) => void
  readonly #heaviest: number
  readonly #notifications: Notifications
  readonly #selections = new Map<string, LiveSelection>()
  /** by name and interval of each series, those that show it */
  readonly #showing = new Map<string, Set<LiveSelection>>()
  readonly #lingering = new Map<Window, { readonly timer: NodeJS.Timeout; readonly over: () => void }>()
  readonly #limit = pLimit(MOST_READING)
  readonly #counts = { reads: 0, steps: 0, hints: 0, doubts: NO_DOUBTS }
  /** those that the present sweep has still to read */
  #unswept: LiveSelection[] = []
  /** in which they are to be read */
  #beatsLeft = 0

  constructor({ redis, store, log, onTold = () => {}, heaviest = HEAVIEST }: LiveOptions) {
    this.#heaviest = heaviest
    this.#store = store
    this.#log = log
    this.#onTold = onTold
    this.#notifications = new Notifications({
      redis,
      pattern: store.keyPattern,
      types: new Set([...store.keyTypes, 'string']), // SET takes a key of any type for a string
      bookkeeping: (slot) => store.bookkeeping(slot),
      log,
    })
    this.#notifications.on('key', (key) => this.#mark(key))
    this.#notifications.on('doubt', (reason) => this.#doubt(reason))
    this.#notifications.on('beat', () => this.#sweep())
  }

  /** Has Redis tell from now on, where it does; resolves when that is settled, or takes long. */
  async start(): Promise<void> {
    await this.#notifications.start()
  }

  /**
   * First a SNAPSHOT, or with a known `after` one DELTA of what was missed, empty if nothing was; then a DELTA for
   * every change, merged where they are faster than `maxRate` or than the watcher. `selection` is one that `store` gave.
   * Throws BAD_USER_INPUT, RANGE_TOO_LARGE, TYPE_MISMATCH, STORE_UNAVAILABLE, WindowsFull.
   */
  async watch(
    selection: Selection,
    { steps, condensed = false, maxRate = 10, after, onEnd }: WatchOptions = {},
  ): Promise<Watch> {
    if (!(maxRate > 0 && maxRate <= 60)) {
      throw new KairosError('BAD_USER_INPUT', 'maxRate must be above 0 and at most 60 updates a second')
    }
    const { length } = selection.steps({ steps })
    const cursor = after === undefined ? undefined : decodeCursor(after)
    // Where steps are not divided, condensing changes nothing: then it is the same window.
    const divided = selection.interval.resolution !== null
    const view = { steps: length, condensed: condensed && divided }
    this.#refuseIfFull(selection, view)
    const shared = this.#shared(selection)
    const window = await shared.open(view)
    const seen = cursor && window.remembers(cursor) ? cursor.version : undefined
    return shared.watch(window, maxRate, seen, onEnd)
  }

  /** Windows that are kept, those that linger included. */
  get windows(): number {
    return this.#sum((selection) => selection.size)
  }

  /** Buckets, and stored values in them, that windows hold. */
  get weight(): number {
    return this.#sum((selection) => selection.weight)
  }

  get watchers(): number {
    return this.#sum((selection) => selection.watchers)
  }

  get counts(): LiveCounts {
    return this.#counts
  }

  /** Why Redis does not tell of changes at present, so that windows are verified each second instead; undefined while it does. */
  get trouble(): string | undefined {
    return this.#notifications.trouble
  }

  /** Milliseconds that Redis took to tell of a change, the last time that this was tried; undefined before. */
  get notificationDelay(): number | undefined {
    return this.#notifications.delay
  }

  /** Milliseconds for which Redis has not answered, so that windows may not be current; 0 while it does, and while nobody watches. */
  get unanswered(): number {
    return this.#notifications.unanswered
  }

  /** Ends every watch. */
  close(): void {
    for (const selection of this.#selections.values()) selection.close()
    for (const { over } of this.#lingering.values()) over()
    this.#selections.clear()
    this.#showing.clear()
    this.#notifications.close()
  }

  /** Whoever watches what others do needs no room. */
  #refuseIfFull(selection: Selection, view: View): void {
    if (this.#selections.get(keyOf(selection))?.keeps(view)) return
    if (this.weight + selection.count(view) > this.#heaviest) throw new WindowsFull()
  }

  #shared(selection: Selection): LiveSelection {
    const key = keyOf(selection)
    const known = this.#selections.get(key)
    if (known) return known
    const shared: LiveSelection = new LiveSelection({
      selection,
      hints: this.#notifications,
      read: (selection, starts) => this.#limit(() => this.#read(selection, starts)),
      clock: this.#store.clock,
      log: this.#log,
      onOpen: (window) => this.#stay(window),
      onIdle: (window) => this.#linger(window, () => this.#drop(key, shared, window)),
      onTold: this.#onTold,
    })
    this.#selections.set(key, shared)
    for (const place of placesOf(selection)) {
      const showing = this.#showing.get(place) ?? new Set()
      this.#showing.set(place, showing.add(shared))
    }
    return shared
  }

  async #read(selection: Selection, starts: readonly number[]): Promise<StepsRead> {
    this.#counts.reads += 1
    this.#counts.steps += starts.length * selection.names.length
    return await selection.read(starts)
  }

  #stay(window: Window): void {
    clearTimeout(this.#lingering.get(window)?.timer)
    this.#lingering.delete(window)
  }

  #linger(window: Window, drop: () => void): void {
    const over = () => {
      this.#stay(window)
      drop()
    }
    this.#lingering.set(window, { timer: setTimeout(over, LINGER).unref(), over })
    if (window.size === 0) over() // it was never read
    let left = [...this.#lingering.keys()].reduce((sum, { weight }) => sum + weight, 0)
    for (const [{ weight }, { over }] of this.#lingering) {
      if (this.#lingering.size <= MOST_LINGERING.windows && left <= MOST_LINGERING.weight) return
      over()
      left -= weight
    }
  }

  #drop(key: string, shared: LiveSelection, window: Window): void {
    shared.drop(window)
    if (shared.size > 0 || this.#selections.get(key) !== shared) return
    this.#selections.delete(key)
    for (const place of placesOf(shared.selection)) {
      const showing = this.#showing.get(place)
      showing?.delete(shared)
      if (showing?.size === 0) this.#showing.delete(place)
    }
    shared.close()
  }

  #mark(key: string): void {
    const place = this.#store.locate(key)
    const showing = place && this.#showing.get(placeOf(place.name, place.interval.name))
    if (!place || !showing) return
    this.#counts.hints += 1
    // What holds no data itself is what they are found by.
    const steps = place.steps.length > 0 ? place.steps : undefined
    for (const selection of showing) selection.mark(steps)
  }

  #doubt(reason: Doubt): void {
    this.#counts.doubts = { ...this.#counts.doubts, [reason]: this.#counts.doubts[reason] + 1 }
    for (const selection of this.#selections.values()) selection.mark()
  }

  /** On every beat the next few, so that each has had its turn once after `SWEEP` beats; all of them where Redis does not tell. */
  #sweep(): void {
    for (const selection of this.#selections.values()) selection.checkClock()
    if (this.#beatsLeft === 0) {
      this.#beatsLeft = SWEEP
      this.#unswept = [...this.#selections.values()]
    }
    const next = this.#unswept.splice(0, Math.floor(this.#unswept.length / this.#beatsLeft))
    this.#beatsLeft -= 1
    for (const selection of this.trouble === undefined ? next : this.#selections.values()) selection.mark()
  }

  #sum(of: (selection: LiveSelection) => number): number {
    return [...this.#selections.values()].reduce((sum, selection) => sum + of(selection), 0)
  }
}

function keyOf({ names, interval }: Selection): string {
  return JSON.stringify([names, interval.name])
}

function placesOf({ names, interval }: Selection): readonly string[] {
  return names.map((name) => placeOf(name, interval.name))
}

/** Neither holds a colon. */
function placeOf(name: string, interval: string): string {
  return `${name}:${interval}`
}
