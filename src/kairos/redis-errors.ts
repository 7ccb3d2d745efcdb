import { KairosError } from './errors.ts'

/** Replies that say that Redis cannot serve now, rather than that the command was wrong; somebody may have a script killed. */
const UNAVAILABLE =
  /^ERR.* Script killed by user|^(LOADING|BUSY|MASTERDOWN|READONLY|OOM|MISCONF|NOREPLICAS|NOAUTH|WRONGPASS|NOPERM|CLUSTERDOWN|TRYAGAIN|UNKILLABLE)\b/

/**
 * What a failed Redis command means to the caller: TYPE_MISMATCH where a key holds a foreign type,
 * STORE_UNAVAILABLE where Redis could not be reached or refused to serve. Anything else is a mistake of
 * ours and passes as it is. Neither host nor key appears in a message.
 */
export function explain(error: unknown): unknown {
  if (error instanceof KairosError || !(error instanceof Error)) return error
  if (error.message.includes('WRONGTYPE')) return foreignKey(error)
  const refused = error.name === 'ReplyError' && !UNAVAILABLE.test(error.message)
  if (refused || error instanceof TypeError) return error
  return new KairosError('STORE_UNAVAILABLE', 'Redis cannot be reached or cannot serve now', { cause: error })
}

/** TYPE_MISMATCH */
export function foreignKey(cause?: unknown): KairosError {
  return new KairosError('TYPE_MISMATCH', 'a Redis key of this series holds something of another type', {
    cause,
  })
}

/** For `catch`: throws what `explain` makes of the error. */
export function rethrow(error: unknown): never {
  throw explain(error)
}
