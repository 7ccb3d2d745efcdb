import { setTimeout as wait } from 'node:timers/promises'
import { Cluster, Redis } from 'ioredis'
import { followMaster } from './follow-master.ts'
import type { Log } from './log.ts'

/** Where Redis answers: the socket of our own, a `redis://` or `rediss://` URL, the master that Sentinels know, or a Cluster. */
export type RedisTarget =
  | { readonly path: string }
  | { readonly url: string }
  | SentinelTarget
  | ClusterTarget

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

interface ClusterTarget {
  /** those that are asked for the others */
  readonly nodes: readonly Address[]
  /** of every node; null: none */
  readonly username: string | null
  readonly password: string | null
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
/** Between two looks at which node of a Cluster has which slots, and for a node to say so. */
const LOOK = 500
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
export async function connectRedis({ target, shown, log, name }: ConnectOptions): Promise<Redis | Cluster> {
  const redis = clientOf(target, name)
  let reason = 'it closed the connection'
  const remember = (error: Error) => {
    reason = error.message || ('code' in error ? String(error.code) : error.name)
  }
  redis.on('error', remember)
  try {
    await inTime(redis.connect())
    await redis.ping()
    if (redis instanceof Redis) await checkServer(redis)
    else await refuseOld(redis)
  } catch (error) {
    redis.disconnect()
    if (error instanceof Error && (error.name === 'ReplyError' || error instanceof Refused))
      reason = error.message
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

/** What is to be told of a Redis that answers. */
class Refused extends Error {}

async function checkServer(redis: Redis): Promise<void> {
  // ioredis goes on in database 0 where it was refused the one it was told.
  const { db = 0 } = redis.options
  if (db > 0) await redis.select(db)
  const info = await redis.info('cluster').catch(() => '') // some do not let us ask
  if (info.includes('cluster_enabled:1'))
    throw new Refused('it is a node of a Redis Cluster: write redis+cluster:// in place of redis://')
  await refuseOld(redis)
}

/** Older ones lack commands that scripts need. */
async function refuseOld(redis: Redis | Cluster): Promise<void> {
  const info = await redis.info('server').catch(() => '')
  const [, version, major, minor] = /^redis_version:((\d+)\.(\d+)\S*)/m.exec(info) ?? []
  if (Number(major) < 6 || (major === '6' && Number(minor) < 2))
    throw new Refused(`it is Redis ${version}, and Kairos needs Redis 6.2 or newer, or Valkey`)
}

function clientOf(target: RedisTarget, connectionName: string): Redis | Cluster {
  if ('path' in target) return new Redis({ ...options, connectionName, path: target.path })
  if ('url' in target) return new Redis(target.url, { ...options, connectionName })
  if ('nodes' in target) return new Cluster([...target.nodes], clusterOptions(target, connectionName))
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

/**
 * A command that a node refuses, since a slot is elsewhere, being moved or not served, is tried again for less than two
 * seconds; so is one that reached no node. One whose reply was lost is not, where it must not happen twice.
 */
function clusterOptions({ username, password, tls }: ClusterTarget, connectionName: string) {
  const { lazyConnect, enableOfflineQueue, ...redisOptions } = options
  return {
    lazyConnect,
    enableOfflineQueue,
    clusterRetryStrategy: pause,
    slotsRefreshInterval: LOOK,
    slotsRefreshTimeout: LOOK,
    redisOptions: {
      ...redisOptions,
      connectionName,
      ...(username !== null && { username }),
      ...(password !== null && { password }),
      ...(tls && { tls: {} }),
    },
  }
}

/** Where no Sentinel answers, or no Cluster serves, the client goes on asking. */
async function inTime(connecting: Promise<void>): Promise<void> {
  const late = new AbortController()
  const tooLate = wait(START, undefined, { signal: late.signal }).then(() => {
    throw new Error('nothing answered in time')
  })
  await Promise.race([connecting, tooLate]).finally(() => late.abort())
}
