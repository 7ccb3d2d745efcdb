import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { followMaster } from './follow-master.ts'
import type { Log } from './log.ts'

/** Where Redis answers: the socket of our own, a `redis://` or `rediss://` URL, or the master that Sentinels know. */
export type RedisTarget = { readonly path: string } | { readonly url: string } | SentinelTarget

interface Address {
  readonly host: string
  readonly port: number
}

interface SentinelTarget {
  readonly sentinels: readonly Address[]
  /** what the Sentinels call it */
  readonly master: string
  readonly db: number
  /** of the servers; null: none */
  readonly username: string | null
  readonly password: string | null
  /** to the servers, and to the Sentinels */
  readonly tls: boolean
}

export interface ConnectOptions {
  readonly target: RedisTarget
  /** the target as it may be shown, without its password */
  readonly shown: string
  readonly log: Log
  /** what the server is told that the connection is called */
  readonly name: string
}

/** Redis did not answer; `message` is for the operator and holds no secret. */
export class RedisUnreachableError extends Error {
  override readonly name = 'RedisUnreachableError'
}

/** Milliseconds. The pauses are short, so that everything is current again within two seconds of when Redis is back. */
const CONNECT = 2000
const COMMAND = 10_000
const LONGEST_PAUSE = 500
/** For the other side to end the connection, too; it holds the process where there was none to end. */
const GOODBYE = 50
/** For Sentinels to be asked at the start, all of them more than once. */
const START = 3000
/** For a Sentinel to answer: one that hangs must not keep us from the next. */
const SENTINEL = 500

const pause = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 5), LONGEST_PAUSE)

/**
 * What a command may count on: it fails at once while there is no connection, and is never sent twice, since an
 * increment whose reply was lost may have happened. Reconnecting goes on for ever.
 */
const options = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: CONNECT,
  commandTimeout: COMMAND,
  socketTimeout: COMMAND, // a connection that is half-open would fail every command from now on
  maxLoadingRetryTime: LONGEST_PAUSE,
  disconnectTimeout: GOODBYE,
  retryStrategy: pause,
}

/** A client that is connected. Throws RedisUnreachableError, which names the target and the reason. */
export async function connectRedis({ target, shown, log, name }: ConnectOptions): Promise<Redis> {
  const redis = clientOf(target, name)
  let reason = 'it closed the connection'
  const remember = (error: Error) => {
    reason = error.message || ('code' in error ? String(error.code) : error.name)
  }
  redis.on('error', remember)
  try {
    await inTime(redis.connect())
    await redis.ping()
    // ioredis goes on in database 0 where it was refused the one it was told.
    const { db = 0 } = redis.options
    if (db > 0) await redis.select(db)
  } catch (error) {
    redis.disconnect()
    if (error instanceof Error && error.name === 'ReplyError') reason = error.message
    throw new RedisUnreachableError(`Redis at ${shown} cannot be used: ${reason}`)
  }
  let down = false
  redis.on('close', () => {
    if (!down && redis.status !== 'end') log.warn(`the connection to Redis at ${shown} is lost: trying again`)
    down = true
  })
  redis.on('ready', () => {
    if (down) log.info(`Redis at ${shown} answers again`)
    down = false
  })
  return redis
}

function clientOf(target: RedisTarget, connectionName: string): Redis {
  if ('path' in target) return new Redis({ ...options, connectionName, path: target.path })
  if ('url' in target) return new Redis(target.url, { ...options, connectionName })
  const redis = new Redis({ ...options, ...sentinelOptions(target), connectionName })
  const { sentinels, master, tls } = target
  followMaster(redis, { sentinels, master, tls, connectionName, pause })
  return redis
}

/** The Sentinels are asked anew for each connection. */
function sentinelOptions({ sentinels, master, db, username, password, tls }: SentinelTarget) {
  return {
    sentinels: [...sentinels],
    name: master,
    db,
    ...(username !== null && { username }),
    ...(password !== null && { password }),
    ...(tls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
    sentinelRetryStrategy: pause, // without one it would give up for ever
    sentinelCommandTimeout: SENTINEL,
    // A master that was made a replica: then another one is the master.
    reconnectOnError: ({ message }: Error) => message.startsWith('READONLY'),
  }
}

/** Where no Sentinel answers, the client goes on asking. */
async function inTime(connecting: Promise<void>): Promise<void> {
  const late = new AbortController()
  const tooLate = wait(START, undefined, { signal: late.signal }).then(() => {
    throw new Error('nothing answered in time')
  })
  await Promise.race([connecting, tooLate]).finally(() => late.abort())
}
