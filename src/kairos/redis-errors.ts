import { KairosError } from './errors.ts'

/** Replies that say that Redis cannot serve now, rather than that the command was wrong; each with what it means. */
const REFUSALS: Readonly<Record<string, string>> = {
  LOADING: 'it loads its data',
  BUSY: 'a script of somebody runs for long',
  UNKILLABLE: 'a script of somebody runs for long',
  MASTERDOWN: 'it is a replica that has lost its master',
  READONLY: 'it is a replica',
  OOM: 'its memory is full',
  MISCONF: 'it cannot save its data, as where its disk is full',
  NOREPLICAS: 'too few replicas are connected to it',
  NOAUTH: 'it asks for a password',
  WRONGPASS: 'user or password is wrong',
  NOPERM: 'its ACL does not let this user do so',
  CLUSTERDOWN: 'its Cluster is not complete',
  TRYAGAIN: 'a slot of its Cluster is being moved',
}

/** What Redis 6.2 says before the reason where a command of a script was refused; later ones give the reason alone. */
const IN_SCRIPT = /^ERR Error running script \(.*?\): (@user_script: ?\d+: )+-?/
/** Of a script: somebody had it killed, or what it does is not allowed to our user. */
const KILLED = /^ERR.* Script killed by user/
const NOT_ALLOWED = /^(ERR ACL failure in script|(ERR )?The user executing the script can't)/

/** Why Redis refused to serve, in words and in its own; undefined where the error says something else. No key is named. */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (error instanceof KairosError) return refusalOf(error.cause)
  if (KILLED.test(error.message)) return 'somebody had the script killed'
  const message = error.message.replace(IN_SCRIPT, '')
  const [code = ''] = NOT_ALLOWED.test(message) ? ['NOPERM'] : message.split(' ', 1)
  return Object.hasOwn(REFUSALS, code) ? `${REFUSALS[code]} (${code})` : undefined
}

/**
 * What a failed Redis command means to the caller: TYPE_MISMATCH where a key holds a foreign type,
 * STORE_UNAVAILABLE where Redis could not be reached or refused to serve. Anything else is a mistake of
 * ours and passes as it is. Neither host nor key appears in a message.
 */
export function explain(error: unknown): unknown {
  if (error instanceof KairosError || !(error instanceof Error)) return error
  if (error.message.includes('WRONGTYPE')) return foreignKey(error)
  const refused = error.name === 'ReplyError' && refusalOf(error) === undefined
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
