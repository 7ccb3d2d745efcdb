import { isDeepStrictEqual } from 'node:util'
import { Access, type AuthOptions } from './auth/index.ts'
import { type Config, redisAddress } from './config/index.ts'
import { rateLimited } from './graphql/errors.ts'
import { GuardedStore } from './graphql/guarded-store.ts'
import { schema } from './graphql/schema.ts'
import {
  type Client,
  Migration,
  MigrationRefused,
  mastersOf,
  Store,
  type StoreObserver,
} from './kairos/index.ts'
import { Limiter } from './limits/index.ts'
import { Live } from './live/index.ts'
import type { Log } from './log.ts'
import { monitorDefinitions } from './monitor/definitions.ts'
import { Monitor } from './monitor/monitor.ts'
import { connectRedis, type RedisTarget } from './redis/connect.ts'
import { startEmbeddedRedis } from './redis/embedded.ts'
import { Deliveries } from './server/delivery.ts'
import { subjectsOf } from './server/graphiql/example-series.ts'
import { countDisconnects, RedisHealth } from './server/health.ts'
import { listen } from './server/listen.ts'
import { measureLag, measureLive } from './server/live-metrics.ts'
import { Metrics } from './server/metrics.ts'
import { measureExecution, measureOutcomes } from './server/operation-metrics.ts'
import { anyDocument } from './server/operations/document-policy.ts'
import { Operations } from './server/operations/operations.ts'
import { TrustedDocuments } from './server/operations/trusted-documents.ts'
import { logRefusals } from './server/refusals.ts'
import { serve } from './server/server.ts'
import { measureBacklog, measureInserts, measureStore } from './server/store-metrics.ts'

/** A running server. */
export interface App {
  readonly url: string
  /** Resolves, with the reason, when the embedded Redis is lost for good; the owner should close and end. */
  readonly lost: Promise<Error>
  /**
   * Puts `auth` and `limits` of another configuration in force. Resolves when every subscription and socket has ended that it
   * does not allow. Throws ReloadRefused where anything else differs.
   */
  reload(config: Config): Promise<void>
  /** Stops accepting, finishes what runs, closes sockets so that clients come back, stops Redis. Harmless when repeated. */
  close(): Promise<void>
}

/** What differs cannot change while the server runs; `message` names the settings. */
export class ReloadRefused extends Error {
  override readonly name = 'ReloadRefused'
}

/**
 * The composition root: everything that runs is made here, in this order, and closed in the reverse.
 * Throws ListenError, EmbeddedRedisError, RedisUnreachableError, StorageConflict,
 * MigrationUnderWay, TrustedDocumentsError, each with a sentence for the operator.
 */
export async function start(config: Config, log: Log): Promise<App> {
  const closers: (() => unknown)[] = []
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= closeAll(closers)
    return closing
  }
  try {
    const { cors, trustProxy, trustedDocuments } = config
    const documents =
      trustedDocuments === null ? anyDocument : TrustedDocuments.read(trustedDocuments, schema)
    const listening = await listen(config)
    closers.push(() => listening.server.close())

    const { target, lost, stop } = await redisTarget(config, log)
    closers.push(stop)
    const redis = await connectRedis({ target, shown: redisAddress(config.redis), log, name: SERVER })
    closers.push(() => redis.disconnect())

    const replicated =
      config.durability === 'replica'
        ? await connectRedis({ target, shown: redisAddress(config.redis), log, name: SERVER })
        : undefined
    closers.push(() => replicated?.disconnect())

    const metrics = new Metrics()
    countDisconnects(metrics, replicated ? [redis, replicated] : [redis])
    const observer = toldTwice(measureStore(metrics), logRefusals(log))
    const store = new Store(redis, { ...storedSeries(config), limits: config.limits, replicated, observer })
    closers.push(() => store.close())
    measureBacklog(metrics, store)
    // What the server measured of itself is not worth a migration.
    await store.open({ disposable: monitorDefinitions.map(({ name }) => name) })
    const live = new Live({ redis, store, log, onTold: measureLag(metrics) })
    closers.push(() => live.close())
    await live.start()
    const monitor = config.monitor ? new Monitor({ store: monitorStore(redis, config), log }) : undefined
    closers.push(() => monitor?.close())

    let inForce = config
    const access = new Access(authOf(config), (trouble) => log.warn(trouble))
    const reload = async (next: Config) => {
      refuseOtherChanges(inForce, next)
      inForce = next
      store.limits = next.limits
      await access.reload(authOf(next))
    }
    const limiter = new Limiter({
      redis,
      prefix: store.bookkeeping(),
      limits: () => inForce.limits,
    })
    closers.push(() => limiter.close())

    const recordExecution = measureExecution(metrics)
    const operations = new Operations({
      schema,
      documents,
      record(operation) {
        recordExecution(operation)
        monitor?.recordOperation(operation)
      },
      log,
    })
    const deliveries = new Deliveries()
    measureLive(metrics, { live, operations, deliveries })
    measureOutcomes(metrics, { operations, access })
    const inserts = measureInserts(metrics)
    const stopServing = serve(listening, {
      operations,
      contextOf: (caller, resumeAfter) => ({
        requestId: caller.requestId,
        trace: caller.trace,
        store: new GuardedStore(store, caller.identity, inserts),
        live,
        limits: inForce.limits,
        beginSubscription: () => limiter.subscribe(caller) ?? refuseSubscription(),
        resumeAfter,
      }),
      deliveries,
      limiter,
      access,
      graphiql: trustedDocuments === null,
      exampleSubjects: () => subjectsOf(store),
      health: new RedisHealth(redis, (slot) => `${store.bookkeeping(slot)}health`),
      metrics,
      sameSite: { loopbackOnly: () => inForce.auth === null, origins: cors.origins, trustProxy },
      maxSubscriptions: () => inForce.limits.maxSubscriptions,
      remark: () => live.trouble,
      unanswered: () => live.unanswered,
      endWatches: () => live.close(),
      log,
    })
    closers.push(stopServing)
    return { url: listening.url, lost, reload, close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Connects to Redis for what is to be done offline. Throws as `start`; what is given to `work` refuses to move anything
 * while a server or another migration is connected to the same Redis.
 */
export async function withMigration(
  config: Config,
  log: Log,
  work: (migration: Migration) => Promise<void>,
): Promise<void> {
  const { target, stop } = await redisTarget(config, log)
  try {
    const redis = await connectRedis({
      target,
      shown: redisAddress(config.redis),
      log,
      name: MIGRATION,
    })
    try {
      const disposable = monitorDefinitions.map(({ name }) => name)
      const ensureAlone = () => refuseCompany(redis)
      await work(new Migration(redis, { ...storedSeries(config), disposable, ensureAlone }))
    } finally {
      redis.disconnect()
    }
  } finally {
    await stop()
  }
}

/** Nobody knows when another of them ends. */
function refuseSubscription(): never {
  throw rateLimited(
    'maxSubscriptionsPerIdentity',
    'this caller has as many subscriptions as it may have at once: end another one first',
    1,
  )
}

/** An observer that has `onRan` hear of scripts, too. */
function toldTwice(
  observer: StoreObserver,
  onRan: (script: string, failure?: unknown) => void,
): StoreObserver {
  return {
    ...observer,
    scriptRan(script, milliseconds, failure) {
      observer.scriptRan(script, milliseconds, failure)
      onRan(script, failure)
    },
  }
}

/** What Redis calls our connections. */
const SERVER = 'kairos-server'
const MIGRATION = 'kairos-migration'

async function refuseCompany(redis: Client): Promise<void> {
  // Some do not let us ask.
  const lists = await Promise.all(mastersOf(redis).map((each) => each.client('LIST').catch(() => '')))
  const clients = lists.join('\n')
  const called = (name: string) => clients.split(` name=${name} `).length - 1
  if (called(SERVER) > 0) throw new MigrationRefused('A Kairos server runs on this Redis: stop it first.')
  if (called(MIGRATION) > 1)
    throw new MigrationRefused('Another migration runs on this Redis: let it finish.')
}

/** Null: no token is asked for. */
function authOf({ auth }: Config): AuthOptions | null {
  return auth === 'none' ? null : auth
}

function refuseOtherChanges(before: Config, after: Config): void {
  const fixed = ({ auth, limits, ...others }: Config): Readonly<Record<string, unknown>> => others
  const [old, now] = [fixed(before), fixed(after)]
  const differing = Object.keys(old).filter((key) => !isDeepStrictEqual(old[key], now[key]))
  if (differing.length === 0) return
  throw new ReloadRefused(
    `only auth and limits may change while the server runs, and this differs: ${differing.join(', ')}`,
  )
}

function storedSeries({ prefix, layout, monitor, timeseries }: Config) {
  return { prefix, layout, definitions: [...(monitor ? monitorDefinitions : []), ...timeseries] }
}

/** The limits are for what users send. The server's own batches are bounded by themselves, and must never be refused. */
function monitorStore(redis: Client, { prefix, layout }: Config): Store {
  const unlimited = Number.POSITIVE_INFINITY
  const limits = {
    maxBuckets: unlimited,
    maxValues: unlimited,
    maxInserts: unlimited,
    maxValueLength: unlimited,
  }
  return new Store(redis, { prefix, layout, definitions: monitorDefinitions, limits })
}

interface Target {
  readonly target: RedisTarget
  readonly lost: Promise<Error>
  stop(): Promise<void>
}

async function redisTarget({ redis }: Config, log: Log): Promise<Target> {
  if (redis.kind !== 'embedded') return { target: redis, lost: new Promise(() => {}), stop: async () => {} }
  const { path, lost, stop } = await startEmbeddedRedis({ folder: redis.folder, log })
  return { target: { path }, lost, stop }
}

async function closeAll(closers: readonly (() => unknown)[]): Promise<void> {
  for (const close of [...closers].reverse()) await close()
}
