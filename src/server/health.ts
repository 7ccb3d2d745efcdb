import type { ServerResponse } from 'node:http'
import { allMastersOf, type Client, isCluster } from '../kairos/index.ts'
import type { Metrics } from './metrics.ts'

/** Milliseconds that Redis has to answer. */
const PATIENCE = 1000

/** `/health/live`: the process answers. */
export function answerLive(response: ServerResponse): void {
  answer(response, 200, 'ok')
}

/** `/health/ready`: 200 when Redis answers, with a remark where something is not as it should be; else 503 and the reason. */
export async function answerReady(
  response: ServerResponse,
  { redis, remark }: { readonly redis: Client; readonly remark: string | undefined },
): Promise<void> {
  const answered = await ask(redis)
  const ready = remark === undefined ? 'ok' : `ok, but ${remark}`
  if (typeof answered === 'string') answer(response, 503, answered)
  else answer(response, 200, ready)
}

/** Adds whether Redis answers, and how soon. It is asked when metrics are. */
export function measureRedis(metrics: Metrics, redis: Client): void {
  let asking: ReturnType<typeof ask> | undefined
  /** Once for both, which are looked up together, so that they agree. */
  const asked = () => {
    asking ??= ask(redis).finally(() => {
      asking = undefined
    })
    return asking
  }
  metrics.gauge('kairos_redis_up', '1 if Redis answered a PING within a second, now; else 0.', async () =>
    typeof (await asked()) === 'string' ? 0 : 1,
  )
  metrics.gauge(
    'kairos_redis_ping_seconds',
    'Seconds that Redis took to answer a PING, now; NaN where it did not within one.',
    async () => {
      const answered = await asked()
      return typeof answered === 'string' ? Number.NaN : answered / 1000
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

/** In how many milliseconds Redis answers, or why it does not. */
async function ask(redis: Client): Promise<number | string> {
  const start = performance.now()
  const late = new Promise<string>((resolve) =>
    setTimeout(resolve, PATIENCE, 'Redis does not answer').unref(),
  )
  const answered = reachable(redis).then(
    () => performance.now() - start,
    () => 'Redis cannot be reached',
  )
  return await Promise.race([late, answered])
}

/** Rejects where any server does not answer that holds keys. */
async function reachable(redis: Client): Promise<void> {
  await Promise.all(allMastersOf(redis).map((master) => master.ping()))
}

function answer(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    .end(`${text}\n`)
}
