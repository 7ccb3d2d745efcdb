import { setTimeout as wait } from 'node:timers/promises'

/** Milliseconds between two calls, where that is not too long for all of them. */
const PAUSE = 1
/** Milliseconds that all of them take at most. */
const LONGEST = 3000

/** Calls each, a thousand a second, or as many as are done with in three seconds. */
export async function oneByOne(calls: readonly (() => void)[]): Promise<void> {
  const pause = Math.min(PAUSE, LONGEST / calls.length)
  const began = performance.now()
  for (const [i, call] of calls.entries()) {
    const early = began + i * pause - performance.now()
    if (early >= 1) await wait(early)
    call()
  }
}
