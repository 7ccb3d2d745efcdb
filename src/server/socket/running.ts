import { setImmediate as turn } from 'node:timers/promises'

/** Work under way, to be waited for. */
export class Running {
  readonly #works = new Set<Promise<unknown>>()

  async track<T>(work: Promise<T>): Promise<T> {
    this.#works.add(work)
    try {
      return await work
    } finally {
      this.#works.delete(work)
    }
  }

  /** Resolves when nothing runs, and what came of it was handed on. */
  async idle(): Promise<void> {
    do {
      await Promise.allSettled(this.#works)
      await turn()
    } while (this.#works.size > 0)
  }
}
