import type { Watch, Watcher } from '../../live/index.ts'
import type { Rendered, Rendering, Renderings } from './renderings.ts'

/** A subscription that has begun, whatever carries it to its client. It is pulled: nothing queues here. */
export class Subscription {
  readonly #watch: Watch
  readonly #renderings: Renderings
  #rendering: Rendering | undefined

  constructor(watch: Watch, renderings: Renderings, rendering: Rendering) {
    this.#watch = watch
    this.#renderings = renderings
    this.#rendering = rendering
  }

  /** As that of a Watch. Once it has ended it is to be closed, too. */
  attach(watcher: Watcher): void {
    this.#watch.attach(watcher)
  }

  /** All that changed since the last time; undefined where there is nothing to tell now. */
  take(): Rendered | undefined {
    const update = this.#watch.take()
    return update && this.#rendering?.of(update)
  }

  /** Ends it. Harmless when repeated. */
  close(): void {
    this.#watch.close()
    if (this.#rendering) this.#renderings.release(this.#rendering)
    this.#rendering = undefined
  }
}
