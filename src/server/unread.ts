/** Somebody for whom something was written. */
export interface Debtor {
  /** bytes that it has yet to take; 0 when it is gone */
  readonly owed: number
  /** Ends its connection at once, so that nothing waits for it any more. */
  cutOff(): void
}

/** Bytes that may wait for all clients together. */
const MOST = 256 * 1024 * 1024
/** How much of that is left when somebody had to be cut off, so that it is not the next one's turn at once. */
const EASED = 0.75
/** Milliseconds between two looks at who has taken what, while there is somebody. */
const LOOK = 1000

/** What waits to be read by clients, of all of them; where that is too much, those that owe most are cut off. */
export class Unread {
  readonly #most: number
  /** with what they owed when they were last looked at */
  readonly #debtors = new Map<Debtor, number>()
  #bytes = 0
  #cutOff = 0
  #looks: NodeJS.Timeout | undefined

  constructor(most = MOST) {
    this.#most = most
  }

  /** now, in bytes */
  get bytes(): number {
    this.#lookAtAll()
    return this.#bytes
  }

  /** how many were cut off */
  get cutOff(): number {
    return this.#cutOff
  }

  /** To be called when something was written for `debtor`, and left our hands as far as it goes. */
  look(debtor: Debtor): void {
    this.#note(debtor, debtor.owed)
    if (this.#bytes > this.#most) this.#relieve()
    if (this.#debtors.size > 0) this.#looks ??= setInterval(() => this.#lookAtAll(), LOOK).unref()
  }

  #lookAtAll(): void {
    for (const debtor of this.#debtors.keys()) this.#note(debtor, debtor.owed)
    if (this.#debtors.size > 0) return
    clearInterval(this.#looks)
    this.#looks = undefined
  }

  #relieve(): void {
    this.#lookAtAll()
    if (this.#bytes <= this.#most) return
    const byDebt = [...this.#debtors].sort(([, a], [, b]) => b - a)
    for (const [debtor] of byDebt) {
      if (this.#bytes <= this.#most * EASED) return
      this.#cutOff += 1
      this.#note(debtor, 0)
      debtor.cutOff()
    }
  }

  #note(debtor: Debtor, owed: number): void {
    this.#bytes += owed - (this.#debtors.get(debtor) ?? 0)
    if (owed === 0) this.#debtors.delete(debtor)
    else this.#debtors.set(debtor, owed)
  }
}
