import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { type RedisServer, startRedisServer, startSentinel } from './redis-server.ts'

/** A master with a replica, and three Sentinels that watch over them. */
export interface RedisSentinel {
  /** as a configuration has it */
  readonly url: string
  /** a client of the present master, for tests to look */
  readonly redis: Redis
  /** the two servers, whichever is the master */
  readonly servers: readonly RedisServer[]
  /** where the Sentinels say that the master is */
  masterPort(): Promise<number>
  /**
   * Makes the replica the master, without loss, as an operator does who first has the master pause writes; resolves when the
   * Sentinels say so. Not `calm`, the master goes on to take writes that will be lost.
   */
  failOver(options?: { readonly calm?: boolean }): Promise<void>
  /** Makes a former master that came back a replica, as the Sentinels would after eight seconds. */
  rejoined(): Promise<void>
  stop(): Promise<void>
}

const NAME = 'kairos-test'

/** `password` is what the servers ask for, not the Sentinels. */
export async function startRedisSentinel({
  password,
}: {
  readonly password?: string
} = {}): Promise<RedisSentinel> {
  const secret = password === undefined ? [] : ['--requirepass', password, '--masterauth', password]
  const quick = ['--repl-diskless-sync', 'yes', '--repl-diskless-sync-delay', '0', ...secret]
  const master = await startRedisServer(quick)
  const replica = await startRedisServer([...quick, '--replicaof', '127.0.0.1', String(master.port)])
  const settings = [
    `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 2`,
    `sentinel down-after-milliseconds ${NAME} 1000`,
    `sentinel failover-timeout ${NAME} 3000`,
    ...(password === undefined ? [] : [`sentinel auth-pass ${NAME} ${password}`]),
  ]
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(settings)))
  const asked = sentinels.map(({ port }) => new Redis({ port, retryStrategy: () => 50 }))
  const masters = async () =>
    await Promise.all(
      asked.map(async (each) =>
        Number(((await each.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)) as string[])[1]),
      ),
    )
  // Each knows the two others and the replica, and that this is in step.
  await until(async () => {
    const states = await Promise.all(
      asked.map((each) => each.call('SENTINEL', 'MASTER', NAME) as Promise<string[]>),
    )
    return states.every(
      (state) => valueIn(state, 'num-slaves') === '1' && valueIn(state, 'num-other-sentinels') === '2',
    )
  })
  await until(async () => {
    const states = (await asked[0]?.call('SENTINEL', 'REPLICAS', NAME)) as string[][] | undefined
    const [state = []] = states ?? []
    return valueIn(state, 'master-link-status') === 'ok' && valueIn(state, 'flags') === 'slave'
  })
  const redis = new Redis({
    name: NAME,
    sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
    ...(password !== undefined && { password }),
  })
  redis.on('error', () => {})
  const user = password === undefined ? '' : `:${encodeURIComponent(password)}@`
  const sentinel: RedisSentinel = {
    url: `redis+sentinel://${user}${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${NAME}`,
    redis,
    servers: [master, replica],
    masterPort: async () => (await masters())[0] ?? 0,
    async failOver({ calm = true } = {}) {
      const [before = 0] = await masters()
      const old = new Redis({ port: before, ...(password !== undefined && { password }) })
      if (calm) await pauseWrites(old)
      await until(async () => (await asked[0]?.call('SENTINEL', 'FAILOVER', NAME)) === 'OK')
      await until(async () => (await masters()).every((port) => port !== before))
      await sentinel.rejoined()
      old.disconnect()
    },
    async rejoined() {
      const port = await sentinel.masterPort()
      const old = new Redis({
        port: sentinel.servers.find((server) => server.port !== port)?.port ?? 0,
        ...(password !== undefined && { password }),
      })
      await old.replicaof('127.0.0.1', port)
      await old.client('UNPAUSE')
      await old.call('CLIENT', 'KILL', 'TYPE', 'normal')
      old.disconnect()
      await until(async () => (await sentinel.redis.info('replication')).includes('state=online'))
    },
    async stop() {
      redis.disconnect()
      for (const each of asked) each.disconnect()
      await Promise.all([...sentinels, master, replica].map((server) => server.stop()))
    },
  }
  return sentinel
}

/** Resolves when the replica has everything. */
async function pauseWrites(master: Redis): Promise<void> {
  await master.client('PAUSE', 10_000, 'WRITE')
  await until(async () => {
    const [, offset, acknowledged] =
      /slave0:.*offset=(\d+)[\s\S]*master_repl_offset:(\d+)/.exec(await master.info('replication')) ?? []
    return offset !== undefined && offset === acknowledged
  })
}

/** From a list of names, each followed by its value. */
function valueIn(list: readonly string[], name: string): string | undefined {
  const at = list.indexOf(name)
  return at < 0 ? undefined : list[at + 1]
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await holds().catch(() => false))) {
    if (Date.now() > end) throw new Error('the Sentinels did not settle')
    await wait(20)
  }
}
