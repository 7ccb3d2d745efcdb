import type { Pulse } from './pulse.ts'
import type { Update, Window } from './window.ts'

/** Who watches. */
export interface Watcher {
  /** There is something to `take`. Called once, until it is taken. */
  due(): void
  /** The watch is over, and not by `close`: with what it failed with, or undefined where the server ends. Called once. */
  ended(reason: unknown): void
}

/** What keeps a window current. */
export interface Keeper {
  /** Sees to it that the window is read again, where it has to be, and those told who wait. */
  schedule(): void
  /** Called once, when a watch ends. */
  leave(watch: Watch): void
}

export interface WatchOptions {
  /** the version that was seen before; undefined begins with a SNAPSHOT */
  readonly seen: number | undefined
  /** called once, when the watch ends */
  readonly onEnd: (() => void) | undefined
}

/**
 * One watcher's view of a window. It is pulled, and nothing queues: whoever takes late is given the merged rest. Of a window
 * all who saw the same are given the same object.
 */
export class Watch implements AsyncIterableIterator<Update> {
  readonly window: Window
  readonly pulse: Pulse<Watch>
  readonly #keeper: Keeper
  readonly #onEnd: (() => void) | undefined
  #watcher: Watcher | undefined
  #seen: number | undefined
  /** monotonic milliseconds of the last update; undefined before the first */
  #taken: number | undefined
  #told = false
  #putOff = false
  #over = false
  #reason: unknown
  #puller: Puller | undefined

  constructor(keeper: Keeper, window: Window, pulse: Pulse<Watch>, { seen, onEnd }: WatchOptions) {
    this.#keeper = keeper
    this.window = window
    this.pulse = pulse
    this.#seen = seen
    this.#onEnd = onEnd
  }

  /** Whom to tell, at once where there is something: there is, at first. To be called once. */
  attach(watcher: Watcher): void {
    this.#watcher = watcher
    if (this.#over) watcher.ended(this.#reason)
    else if (this.hasMore) this.tell()
  }

  /** All that changed since the last time; undefined where nothing did, or it is too early. Then the watcher is told when there is something. */
  take(): Update | undefined {
    if (this.#over) return undefined
    this.#told = false
    const now = this.pulse.now ?? performance.now()
    if (this.#taken !== undefined) {
      // Who was slow, and comes at a time of its own, is told of all that happened meanwhile; but is put off only once.
      this.#putOff = !this.#putOff && this.pulse.now === undefined && this.window.isDirty
      if (this.#putOff || !this.hasMore || now < this.due) {
        this.#keeper.schedule()
        return undefined
      }
    }
    const update = this.window.update(this.#seen)
    this.#seen = this.window.version
    this.#taken = now
    // What changed while nobody waited was not read.
    if (this.window.isDirty) this.#keeper.schedule()
    return update
  }

  /** Ends it; its watcher is not told. Harmless when repeated. */
  close(): void {
    if (this.#over) return
    this.#over = true
    this.#keeper.leave(this)
    this.#onEnd?.()
  }

  /** Ends it, and tells its watcher why; undefined where the server ends. */
  end(reason: unknown): void {
    if (this.#over) return
    this.#reason = reason
    this.close()
    this.#watcher?.ended(reason)
  }

  /** Whether its watcher knows that there is something to take. */
  get isTold(): boolean {
    return this.#told || this.#watcher === undefined
  }

  get hasMore(): boolean {
    return this.#taken === undefined || this.#seen === undefined || this.window.version > this.#seen
  }

  /** When it may be told again, in monotonic milliseconds. */
  get due(): number {
    return this.#taken === undefined ? 0 : this.#taken + this.pulse.period
  }

  /** Whoever cannot bear it is told no more: others must not wait for them. */
  tell(): void {
    this.#told = true
    try {
      this.#watcher?.due()
    } catch (error) {
      this.end(error)
    }
  }

  async next(): Promise<IteratorResult<Update, undefined>> {
    this.#puller ??= new Puller(this)
    return await this.#puller.next()
  }

  async return(): Promise<IteratorResult<Update, undefined>> {
    this.close()
    this.#puller?.ended(undefined)
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

/** A watcher that would rather wait. */
class Puller implements Watcher {
  readonly #watch: Watch
  #wake = () => {}
  #over = false
  #reason: unknown

  constructor(watch: Watch) {
    this.#watch = watch
    watch.attach(this)
  }

  due(): void {
    this.#wake()
  }

  ended(reason: unknown): void {
    this.#over = true
    this.#reason = reason
    this.#wake()
  }

  async next(): Promise<IteratorResult<Update, undefined>> {
    for (;;) {
      const update = this.#watch.take()
      if (update) return { done: false, value: update }
      if (this.#over) {
        const reason = this.#reason
        this.#reason = undefined
        if (reason !== undefined) throw reason
        return { done: true, value: undefined }
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
