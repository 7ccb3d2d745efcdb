import type { ServerResponse } from 'node:http'
import type { Redis } from 'ioredis'
import { allMastersOf, type Client, isCluster, refusalOf } from '../kairos/index.ts'
import type { Metrics } from './metrics.ts'

/** Milliseconds that Redis has to answer. */
const PATIENCE = 1000

/** `/health/live`: the process answers. */
export function answerLive(response: ServerResponse): void {
  answer(response, 200, 'ok')
}

/** What Redis says of itself. */
interface State {
  /** in how many milliseconds it answered; undefined where it did not, or cannot be read */
  readonly milliseconds: number | undefined
  /** why it cannot be read; else why it takes no writes; undefined where all is as it should be */
  readonly fault: string | undefined
}

/** How Redis is, asked when somebody wants to know: once for all who want to know at one time. */
export class RedisHealth {
  readonly #redis: Client
  readonly #keyOf: (slot?: number) => string
  #asking: Promise<State> | undefined

  /** `keyOf` gives a key that is never written, on a Cluster one of that slot. */
  constructor(redis: Client, keyOf: (slot?: number) => string) {
    this.#redis = redis
    this.#keyOf = keyOf
  }

  /** Never rejects. */
  ask(): Promise<State> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #ask(): Promise<State> {
    const start = performance.now()
    const late = new Promise<State>((resolve) =>
      setTimeout(resolve, PATIENCE, unreadable('Redis does not answer')).unref(),
    )
    const answered = this.#probe().then(
      (fault): State => ({ milliseconds: performance.now() - start, fault }),
      (error: unknown) => unreadable(refused(error) ?? 'Redis cannot be reached'),
    )
    return await Promise.race([late, answered])
  }

  /** Why a server that holds keys takes no writes. Rejects where one cannot be read. */
  async #probe(): Promise<string | undefined> {
    const faults = await Promise.all(this.#servers().map(({ redis, key }) => probe(redis, key)))
    return faults.find((fault) => fault !== undefined)
  }

  /** Every server that holds keys, with one that it would hold. Throws where one is not there. */
  #servers(): readonly { readonly redis: Redis; readonly key: string }[] {
    const client = this.#redis
    if (!isCluster(client)) return [{ redis: client, key: this.#keyOf() }]
    return allMastersOf(client).flatMap((redis) => {
      const { host, port } = redis.options
      const slot = client.slots.findIndex((nodes) => nodes?.[0] === `${host}:${port}`)
      return slot < 0 ? [] : [{ redis, key: this.#keyOf(slot) }]
    })
  }
}

/** SETRANGE of nothing is refused as any other write, and writes nothing where there is no such key. */
async function probe(redis: Redis, key: string): Promise<string | undefined> {
  const [, fault] = await Promise.all([
    redis.exists(key),
    redis.setrange(key, 0, '').then(
      () => undefined,
      (error: unknown) => refused(error),
    ),
  ])
  return fault
}

function refused(error: unknown): string | undefined {
  const reason = refusalOf(error)
  return reason && `Redis refuses: ${reason}`
}

function unreadable(fault: string): State {
  return { milliseconds: undefined, fault }
}

/** `/health/ready`: 200 when Redis can be read, with a remark where something is not as it should be; else 503 and the reason. */
export async function answerReady(
  response: ServerResponse,
  { health, remark }: { readonly health: RedisHealth; readonly remark: string | undefined },
): Promise<void> {
  const { milliseconds, fault } = await health.ask()
  if (milliseconds === undefined) return answer(response, 503, fault ?? '')
  const remarks = [fault, remark].filter((each) => each !== undefined)
  answer(response, 200, ['ok', ...remarks].join(', but '))
}

/** Adds whether Redis answers, and how soon. It is asked when metrics are: once for all, so that they agree. */
export function measureRedis(metrics: Metrics, health: RedisHealth): void {
  metrics.gauge(
    'kairos_redis_up',
    '1 if Redis can be read and answered within a second, now; else 0.',
    async () => ((await health.ask()).milliseconds === undefined ? 0 : 1),
  )
  metrics.gauge('kairos_redis_writable', '1 if Redis takes writes, too, now; else 0.', async () =>
    (await health.ask()).fault === undefined ? 1 : 0,
  )
  metrics.gauge(
    'kairos_redis_ping_seconds',
    'Seconds that Redis took to answer, now; NaN where it did not within one.',
    async () => {
      const { milliseconds } = await health.ask()
      return milliseconds === undefined ? Number.NaN : milliseconds / 1000
    },
  )
}

/** Adds how often connections were lost: those of these clients, of a Cluster each that leads to a node. */
export function countDisconnects(metrics: Metrics, clients: readonly Client[]): void {
  let lost = 0
  const count = () => {
    lost += 1
  }
  for (const client of clients) {
    for (const redis of isCluster(client) ? client.nodes() : [client]) redis.on('close', count)
    if (isCluster(client)) client.on('+node', (redis) => redis.on('close', count))
  }
  metrics.counter(
    'kairos_redis_disconnects_total',
    'How often a connection to Redis was lost, or could not be made again.',
    () => lost,
  )
}

function answer(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    .end(`${text}\n`)
}
