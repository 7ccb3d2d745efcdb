import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

/** Collects all that is not reachable, but what was looked at through a WeakRef in this turn. */
export const collectGarbage: () => void = runInNewContext('gc')
