/** What a window of buckets says of the time: later than the start of its newest bucket, not later than its end. */
export interface Moment {
  readonly timestamps: readonly number[]
  readonly end: number
}

/**
 * The server's time, by this machine's clock and what the server says. A clock that is right is not touched; one that is wrong
 * is set by the least that agrees with the windows that arrive, so that no bucket is later than now and time flows on between them.
 */
export class ServerClock {
  readonly #machine: () => number
  #ahead = 0

  /** `machine` tells Unix seconds. */
  constructor(machine: () => number) {
    this.#machine = machine
  }

  /** Takes notice of a window. One that is not live tells nothing: that it ended long ago does not set back the clock. */
  heard({ timestamps, end, live = false }: Moment & { readonly live?: boolean }): void {
    const newest = timestamps.at(-1)
    if (!live || newest === undefined) return
    const machine = this.#machine()
    this.#ahead = Math.max(newest - machine, Math.min(end - machine, this.#ahead))
  }

  /** Now, in Unix seconds, as far as a window reaches: it ends where nothing has been heard any more. */
  now({ timestamps, end }: Moment): number {
    const now = this.#machine() + this.#ahead
    const newest = timestamps.at(-1)
    return newest === undefined ? now : Math.max(newest, Math.min(end, now))
  }
}

export const serverClock = new ServerClock(() => Date.now() / 1000)
