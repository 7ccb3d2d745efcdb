/** How much may be held at once of something in which many clients have a share. */
export class Budget {
  readonly #most: number
  #held = 0

  /** @param most in whatever it counts */
  constructor(most: number) {
    this.#most = most
  }

  get held(): number {
    return this.#held
  }

  /** What one of them holds, of nothing at first. */
  open(): Share {
    let held = 0
    const give = (amount: number) => {
      const given = Math.min(amount, held)
      held -= given
      this.#held -= given
    }
    return {
      take: (amount) => {
        if (this.#held + amount > this.#most) return false
        held += amount
        this.#held += amount
        return true
      },
      give,
      close: () => give(held),
    }
  }
}

export interface Share {
  /** Holds so much more; false, and nothing more is held, where all together would have too much. */
  take(amount: number): boolean
  /** Holds so much less, and at least nothing. */
  give(amount: number): void
  /** Holds nothing any more, until it takes again. Harmless when repeated. */
  close(): void
}
