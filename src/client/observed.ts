/** A value that changes, and those who want to know. */
export class Observed<T> {
  readonly #listeners = new Set<{ readonly listener: (value: T) => void }>()
  #value: T

  constructor(value: T) {
    this.#value = value
  }

  get value(): T {
    return this.#value
  }

  /**
   * Tells every listener at once. Where one of them changes the value again, the others are told of that alone. What one of them
   * throws is its own, and uncaught.
   */
  set value(value: T) {
    this.#value = value
    for (const entry of [...this.#listeners]) {
      if (this.#value !== value) return
      if (!this.#listeners.has(entry)) continue
      try {
        entry.listener(value)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  /** Calls `listener` with each new value, until the function that it returns is called. */
  listen(listener: (value: T) => void): () => void {
    const entry = { listener }
    this.#listeners.add(entry)
    return () => {
      this.#listeners.delete(entry)
    }
  }
}
