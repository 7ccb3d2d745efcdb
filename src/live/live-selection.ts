import { KairosError, type Selection, type StepsRead } from '../kairos/index.ts'
import type { Log } from '../log.ts'
import { Pulse } from './pulse.ts'
import { type Keeper, Watch } from './watch.ts'
import { type Stale, type View, Window } from './window.ts'

/** Whom to ask to tell of keys, as `Notifications` does. */
interface Hints {
  /** why changes are not told at present */
  readonly trouble: string | undefined
  listen(keys: readonly string[]): Promise<void>
  unlisten(keys: readonly string[]): void
}

export interface LiveSelectionOptions {
  readonly selection: Selection
  readonly hints: Hints
  /** Reads steps of the selection, when its turn comes. */
  readonly read: (selection: Selection, starts: readonly number[]) => Promise<StepsRead>
  /** the time now, in Unix seconds */
  readonly clock: () => number
  readonly log: Log
  /** called whenever a window gets its first watcher */
  readonly onOpen: (window: Window) => void
  /** called whenever the last watcher of a window has left */
  readonly onIdle: (window: Window) => void
  /** as of LiveOptions */
  readonly onTold: (milliseconds: number) => void
}

/** Milliseconds after which a read that failed is tried again. */
const RETRY = 250
/** The longest time that a Node timer takes, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * One selection, in all the windows that are watched of it. What hints, time or a doubt mark is read once for all of them, and
 * not before somebody may be told: reads are as frequent as updates, however often something is written. A first change
 * after some quiet is read at once.
 */
export class LiveSelection implements Keeper {
  readonly selection: Selection
  readonly #options: LiveSelectionOptions
  readonly #windows = new Map<string, Window>()
  /** of the windows that are watched, by how many */
  readonly #watchers = new Map<Window, number>()
  readonly #pulses = new Map<number, Pulse<Watch>>()
  /** what is listened to: the keys of all steps that are watched, and of the next one */
  #keys: ReadonlySet<string> = new Set()
  /** which steps these are */
  #listening = ''
  #reading: Promise<void> | undefined
  /** a read that is about to begin, for those who open a window */
  #catchingUp: Promise<void> | undefined
  #soon: NodeJS.Immediate | undefined
  #later: { readonly due: number; readonly timer: NodeJS.Timeout } | undefined
  #turn: NodeJS.Timeout | undefined
  /** monotonic milliseconds before which a read that failed is not repeated */
  #retryAt = 0
  /** since when something has been marked and not been read while somebody waits, in monotonic milliseconds */
  #markedAt: number | undefined
  /** since when something has been marked that was read and not been told */
  #readSince: number | undefined
  #closed = false

  constructor(options: LiveSelectionOptions) {
    this.selection = options.selection
    this.#options = options
  }

  /** Windows that are kept. */
  get size(): number {
    return this.#windows.size
  }

  /** of all its windows */
  get weight(): number {
    return [...this.#windows.values()].reduce((sum, { weight }) => sum + weight, 0)
  }

  /** Whether a window is kept that shows just this. */
  keeps(view: View): boolean {
    return this.#windows.has(keyOf(view))
  }

  get watchers(): number {
    return [...this.#watchers.values()].reduce((sum, each) => sum + each, 0)
  }

  /** A window for one watcher, as current as a fresh read. Throws what a read throws. */
  async open(view: View): Promise<Window> {
    const key = keyOf(view)
    const window = this.#windows.get(key) ?? new Window(this.selection, view)
    this.#windows.set(key, window)
    this.#count(window, 1)
    try {
      if (this.#options.hints.trouble !== undefined) window.mark()
      if (window.isDirty || !this.#isOfNow(window)) await this.#catchUp()
      else this.#awaitTurn()
      if (window.fault !== undefined) throw window.fault
      return window
    } catch (error) {
      this.#count(window, -1)
      throw error
    }
  }

  /** Begins the watch for which a window was opened; `seen` and `onEnd` as of Watch. */
  watch(window: Window, maxRate: number, seen: number | undefined, onEnd?: () => void): Watch {
    const pulse = this.#pulses.get(maxRate) ?? new Pulse<Watch>(maxRate)
    this.#pulses.set(maxRate, pulse)
    const watch = new Watch(this, window, pulse, { seen, onEnd })
    pulse.add(watch)
    if (this.#closed) watch.end(undefined)
    return watch
  }

  leave(watch: Watch): void {
    const { pulse, window } = watch
    pulse.remove(watch)
    if (pulse.members.size === 0) this.#pulses.delete(pulse.maxRate)
    this.#count(window, -1)
  }

  /** Forgets a window, unless it is watched. */
  drop(window: Window): void {
    if (!this.#watchers.has(window)) this.#forget(window)
  }

  /** These steps may have changed; all of them where they are missing. */
  mark(starts?: readonly number[]): void {
    for (const window of this.#windows.values()) window.mark(starts)
    if (!this.#isDirty()) return
    this.#markedAt ??= performance.now()
    this.schedule()
  }

  /** Makes sure that time has not gone elsewhere than a timer thought: clocks are set, and machines sleep. */
  checkClock(): void {
    const isElsewhere = (window: Window) => !window.isDirty && !this.#isOfNow(window)
    if ([...this.#watchers.keys()].some(isElsewhere)) this.mark()
  }

  schedule(): void {
    if (this.#closed || this.#reading || this.#soon) return
    const due = this.#due()
    this.#noteWaiting(due !== undefined)
    if (due === undefined || (this.#later && this.#later.due <= due)) return
    clearTimeout(this.#later?.timer)
    this.#later = undefined
    const pause = Math.ceil(due - performance.now())
    // Hints come in bunches: those that have arrived are read together.
    if (pause <= 0) this.#soon = setImmediate(() => void this.#beat())
    else this.#later = { due, timer: setTimeout(() => void this.#beat(), Math.min(pause, LONGEST_TIMER)) }
  }

  /** Ends every watch, and listens no longer. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearImmediate(this.#soon)
    clearTimeout(this.#later?.timer)
    clearTimeout(this.#turn)
    for (const watch of this.#watches()) watch.end(undefined)
    this.#options.hints.unlisten([...this.#keys])
  }

  /** When the next beat is to be, in monotonic milliseconds; undefined where there is nobody to tell, or nothing. */
  #due(): number | undefined {
    const isDirty = this.#isDirty()
    let due: number | undefined
    for (const pulse of this.#pulses.values()) {
      const next = pulse.next(!isDirty)
      if (next !== undefined) due = Math.min(due ?? next, next)
    }
    return isDirty && due !== undefined ? Math.max(due, this.#retryAt) : due
  }

  async #beat(): Promise<void> {
    this.#soon = undefined
    this.#later = undefined
    const due = this.#due()
    if (due === undefined || due > performance.now()) return this.schedule() // timers are early, at times
    if (this.#isDirty()) await this.#read().catch(() => {}) // it is repeated
    this.#tell()
  }

  #tell(): void {
    const now = performance.now()
    let first: number | undefined
    for (const pulse of [...this.#pulses.values()]) {
      const due = pulse.beat(now)
      if (due !== undefined) first = Math.min(first ?? due, due)
    }
    if (first !== undefined) this.#reportTold(first)
    this.schedule()
  }

  /** What changes while nobody can take it is not late. */
  #noteWaiting(anyone: boolean): void {
    if (!anyone) {
      this.#markedAt = undefined
      this.#readSince = undefined
    } else if (this.#isDirty()) this.#markedAt ??= performance.now()
  }

  /** Those who wait were told; that nobody was `due` before is no delay. */
  #reportTold(due: number): void {
    if (this.#readSince !== undefined)
      this.#options.onTold(performance.now() - Math.max(this.#readSince, due))
    this.#readSince = undefined
  }

  /** Reads for those who open a window. A read that goes on may have begun before what they are to see. */
  async #catchUp(): Promise<void> {
    this.#catchingUp ??= (async () => {
      await this.#reading?.catch(() => {})
      this.#catchingUp = undefined
      await this.#read().finally(() => this.#tell())
    })()
    await this.#catchingUp
  }

  /**
   * Reads what is stale of the windows that are watched. Throws STORE_UNAVAILABLE, and then it is as stale as before; a
   * window that cannot be read for another reason ends.
   */
  async #read(): Promise<void> {
    while (this.#reading) await this.#reading.catch(() => {})
    this.#reading = this.#readStale().finally(() => {
      this.#reading = undefined
      this.#awaitTurn()
    })
    await this.#reading
  }

  async #readStale(): Promise<void> {
    const stale = [...this.#watchers.keys()].flatMap((window) => this.#staleOf(window))
    if (stale.length === 0) return
    const since = this.#markedAt
    this.#markedAt = undefined
    const version = versionOf(stale)
    try {
      // Not before it is listened to: what changes from then on is heard of, and what changed before is read.
      await this.#listen(stale)
      await this.#readFor(stale)
      if (versionOf(stale) > version) this.#readSince ??= since
    } catch (error) {
      for (const { window, unread } of stale) window.mark(unread)
      this.#markedAt = since ?? this.#markedAt
      if (!isUnavailable(error)) {
        for (const { window } of stale) this.#fail(window, error)
        return
      }
      this.#options.log.debug(`live windows wait for Redis: ${error.message}`)
      this.#retryAt = performance.now() + RETRY
      throw error
    }
  }

  /** Nothing of a window that has come to be more than one read takes, as days of a calendar may: it ends. */
  #staleOf(window: Window): readonly Stale[] {
    try {
      return [window.stale()]
    } catch (error) {
      this.#fail(window, error)
      return []
    }
  }

  /** All at once; where that cannot be read, each by itself: what fails one of them must not fail the others. */
  async #readFor(stale: readonly Stale[]): Promise<void> {
    const unread = union(stale.map((each) => each.unread))
    try {
      const read = unread.length === 0 ? nothing : await this.#options.read(this.selection, unread)
      for (const each of stale) each.window.take(each, read)
    } catch (error) {
      if (isUnavailable(error)) throw error
      const [only] = stale
      if (only && stale.length === 1) this.#fail(only.window, error)
      else for (const each of stale) await this.#readFor([each])
    }
  }

  async #listen(stale: readonly Stale[]): Promise<void> {
    const starts = union(stale.map((each) => each.starts))
    const steps = [...starts, this.selection.endOf(starts)] // the next one is heard of from its first moment
    const listening = `${steps[0]} ${steps.length} ${steps.at(-1)}`
    if (listening === this.#listening) return
    const { hints } = this.#options
    const keys = new Set(this.selection.keys(steps))
    const added = [...keys].filter((key) => !this.#keys.has(key))
    if (added.length > 0) await hints.listen(added)
    if (this.#closed) return hints.unlisten(added)
    hints.unlisten([...this.#keys].filter((key) => !keys.has(key)))
    this.#keys = keys
    this.#listening = listening
    this.#markUnheard(new Set(steps), new Set(stale.map(({ window }) => window)))
  }

  /** A window that was not watched may have steps that are not listened to any more. */
  #markUnheard(heard: ReadonlySet<number>, read: ReadonlySet<Window>): void {
    for (const window of this.#windows.values())
      if (!read.has(window)) window.mark(window.starts.filter((start) => !heard.has(start)))
  }

  /** What repeating would not mend, as a key that now holds something else. */
  #fail(window: Window, error: unknown): void {
    window.fault = error
    this.#forget(window)
    for (const watch of this.#watches()) if (watch.window === window) watch.end(error)
  }

  #watches(): readonly Watch[] {
    return [...this.#pulses.values()].flatMap(({ members }) => [...members])
  }

  #forget(window: Window): void {
    for (const [key, each] of this.#windows) if (each === window) this.#windows.delete(key)
  }

  #count(window: Window, change: number): void {
    const before = this.#watchers.get(window) ?? 0
    const count = before + change
    if (before === 0) this.#options.onOpen(window)
    if (count > 0) this.#watchers.set(window, count)
    else {
      this.#watchers.delete(window)
      this.#options.onIdle(window)
    }
  }

  #isDirty(): boolean {
    for (const window of this.#watchers.keys()) if (window.isDirty) return true
    return false
  }

  /** Whether its last step is the one that is open. */
  #isOfNow({ starts, end }: Window): boolean {
    const now = this.#options.clock()
    const last = starts.at(-1)
    return last !== undefined && last <= now && now < end
  }

  /** Windows move with time, whether anything is written or not. */
  #awaitTurn(): void {
    clearTimeout(this.#turn)
    const [window] = this.#watchers.keys()
    if (this.#closed || !window) return
    const pause = Math.ceil((window.end - this.#options.clock()) * 1000)
    if (pause <= 0 && window.isDirty) return // it will be read, and then has moved
    this.#turn = setTimeout(() => this.#turnNow(window), Math.min(Math.max(pause, 1), LONGEST_TIMER))
  }

  #turnNow(window: Window): void {
    const now = this.#options.clock()
    if (now >= window.end) this.mark([window.end])
    else this.#awaitTurn()
  }
}

function keyOf({ steps, condensed }: View): string {
  return `${steps} ${condensed}`
}

function isUnavailable(error: unknown): error is KairosError {
  return error instanceof KairosError && error.code === 'STORE_UNAVAILABLE'
}

/** Greater where any of the windows has changed. */
function versionOf(stale: readonly Stale[]): number {
  return stale.reduce((sum, { window }) => sum + window.version, 0)
}

/** Of no steps. */
const nothing: StepsRead = { buckets: () => [] }

/** Each once, ascending. */
function union(lists: readonly (readonly number[])[]): readonly number[] {
  const [first = [], ...others] = lists
  return others.length === 0 ? first : [...new Set(lists.flat())].sort((a, b) => a - b)
}
