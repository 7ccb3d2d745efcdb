import { setTimeout as wait } from 'node:timers/promises'
import { Cluster, Redis } from 'ioredis'
import { followMaster } from './follow-master.ts'
import { giveUpLate } from './give-up-late.ts'
import type { Log } from './log.ts'
import { CLOSED, troubleOf } from './trouble.ts'

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
/** For a server that loads its data to say so, which it does between two keys. */
const LOADING = 1000
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

/**
 * A client that is connected. A Redis that loads its data is waited for, however long that takes. Throws RedisUnreachableError,
 * which names the target and the reason.
 */
export async function connectRedis({ target, shown, log, name }: ConnectOptions): Promise<Redis | Cluster> {
  const redis = clientOf(target, name)
  let trouble: string | undefined
  const remember = (error: Error) => {
    trouble = troubleOf(error)
  }
  redis.on('error', remember)
  try {
    await connected(redis, (percent) =>
      log.info(`Redis at ${shown} loads its data, ${percent} % until now: waiting for it`),
    )
    await redis.ping().catch(unlessReadable)
    if (redis instanceof Redis) await checkServer(redis)
    else await refuseOld(redis)
  } catch (error) {
    redis.disconnect()
    if (error instanceof Error && (error.name === 'ReplyError' || error instanceof Refused))
      trouble = troubleOf(error)
    else if (error instanceof Error && (error instanceof Silent || 'code' in error))
      trouble ??= troubleOf(error)
    throw new RedisUnreachableError(`Redis at ${shown} cannot be used: ${trouble ?? CLOSED}`)
  }
  logTrouble(redis, shown, log)
  redis.off('error', remember)
  await warnOfEviction(redis, shown, log)
  return redis
}

/** Once when the connection is lost, once for each reason why there is none, and once when there is one again. */
function logTrouble(redis: Redis | Cluster, shown: string, log: Log): void {
  let told: Set<string> | undefined
  let over = false
  redis.once('end', () => {
    over = true
  })
  redis.on('close', () => {
    // A Cluster that has ended says that it is closed once more for each of its nodes.
    if (told || over || redis.status === 'end') return
    told = new Set()
    log.warn(`the connection to Redis at ${shown} is lost: trying again`)
  })
  redis.on('error', (error: Error) => {
    const trouble = troubleOf(error)
    if (!told || told.has(trouble) || told.size === MOST_REASONS) return
    told.add(trouble)
    log.warn(`Redis at ${shown} cannot be used: ${trouble}`)
  })
  redis.on('ready', () => {
    if (told) log.info(`Redis at ${shown} answers again`)
    told = undefined
  })
}

/** Of one outage, that are logged. */
const MOST_REASONS = 5

/** One that cannot save its data refuses even PING, but is to be read. */
function unlessReadable(error: Error): void {
  if (!error.message.startsWith('MISCONF')) throw error
}

/** What is to be told of a Redis that answers. */
class Refused extends Error {}

/** Nothing has answered in time. */
class Silent extends Error {}

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

/** Acknowledged values, and what makes a repeated `id` write once, are keys as any other. */
async function warnOfEviction(redis: Redis | Cluster, shown: string, log: Log): Promise<void> {
  const servers = redis instanceof Redis ? [redis] : redis.nodes('master')
  const infos = await Promise.all(servers.map((each) => each.info('memory').catch(() => '')))
  const policies = infos.map(
    (info) => /^maxmemory:[1-9]/m.test(info) && /^maxmemory_policy:(\S+)/m.exec(info)?.[1],
  )
  const policy = policies.find((each) => each && each !== 'noeviction')
  if (policy)
    log.warn(
      `Redis at ${shown} drops keys when its memory is full (maxmemory-policy ${policy}), and with them what was acknowledged: set it to noeviction`,
    )
}

function clientOf(target: RedisTarget, connectionName: string): Redis | Cluster {
  if ('nodes' in target) {
    const cluster = new Cluster([...target.nodes], clusterOptions(target, connectionName))
    return cluster.on('+node', giveUpLate)
  }
  const redis = serverClientOf(target, connectionName)
  giveUpLate(redis)
  return redis
}

function serverClientOf(target: Exclude<RedisTarget, ClusterTarget>, connectionName: string): Redis {
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
    // A master that was made a replica: then another one is the master. Redis 6.2 says so of a script in the middle.
    reconnectOnError: ({ message }: Error) => /(^|-)READONLY /.test(message),
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

/** Resolves when there is a connection that serves. `onLoading` is told of a server that loads its data, again and again, how far it has come. */
async function connected(redis: Redis | Cluster, onLoading: (percent: string) => void): Promise<void> {
  const connecting = redis.connect()
  while (!(await inTime(connecting))) {
    const percent = redis instanceof Redis ? await loadedOf(redis) : undefined
    // Where no Sentinel answers, or no Cluster serves, the client would go on asking.
    if (percent === undefined)
      throw new Silent(
        `nothing answered in time${redis instanceof Redis ? '' : ', or its Cluster is not complete'}`,
      )
    onLoading(percent)
  }
}

/** False where it takes longer than `START`. */
async function inTime(connecting: Promise<void>): Promise<boolean> {
  const over = new AbortController()
  const late = wait(START, false, { signal: over.signal })
  return await Promise.race([connecting.then(() => true), late]).finally(() => over.abort())
}

/** Percent of its data that a server has loaded; undefined of one that does not load, or does not say so. */
async function loadedOf(redis: Redis): Promise<string | undefined> {
  const asked = redis.info('persistence').catch(() => '')
  const info = await Promise.race([asked, wait(LOADING, '', { ref: false })])
  if (!/^loading:1/m.test(info)) return undefined
  return Number(/^loading_loaded_perc:([\d.]+)/m.exec(info)?.[1] ?? 0).toFixed(0)
}
