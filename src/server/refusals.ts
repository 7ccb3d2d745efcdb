import { refusalOf } from '../kairos/index.ts'
import type { Log } from '../log.ts'

/** Milliseconds without a refusal after which one is news again, and what succeeds is more than luck. */
const QUIET = 5000

interface Trouble {
  /** that were logged: several servers of a Cluster may refuse, each for one of its own */
  readonly reasons: Set<string>
  /** when it was refused last, in monotonic milliseconds */
  readonly last: number
}

/**
 * Logs that Redis refuses calls of a script, once for each reason, however many they are, and when it does not any more. What is given
 * is to be told of each call, with what it failed with.
 */
export function logRefusals(log: Log): (script: string, failure?: unknown) => void {
  const troubles = new Map<string, Trouble>()
  return (script, failure) => {
    const trouble = troubles.get(script)
    const now = performance.now()
    if (failure === undefined) {
      if (!trouble || now - trouble.last < QUIET) return
      troubles.delete(script)
      log.info(`Redis does not refuse "${script}" any more`)
      return
    }
    const reason = refusalOf(failure)
    if (reason === undefined) return
    const reasons = trouble?.reasons ?? new Set()
    if (!reasons.has(reason)) log.warn(`Redis refuses "${script}": ${reason}`)
    troubles.set(script, { reasons: reasons.add(reason), last: now })
  }
}
