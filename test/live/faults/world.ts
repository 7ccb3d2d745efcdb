import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { type RedisServer, startRedisServer } from '../../support/redis-server.ts'
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts'
import { Network } from './network.ts'
import { LAYOUTS, type Layout, settings } from './series.ts'

/** Milliseconds within which whatever was broken is whole again, or the run cannot go on. */
const PATIENCE = 30_000

/** Tries until it succeeds. Throws what it failed with last when patience ends. */
export async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  const began = performance.now()
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() - began > PATIENCE) throw error
      await wait(50)
    }
  }
}

/** A client that never waits for a Redis that is gone, and comes back soon. */
export function clientOf(port: number): Redis {
  const redis = new Redis(port, '127.0.0.1', {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 50,
    autoResendUnfulfilledCommands: false,
  })
  redis.on('error', () => {}) // whoever asks is told
  return redis
}

/** A redis-server that can be killed and started again, on its port and with its data. */
export class LastingRedis {
  readonly port: number
  readonly #folder: string
  #process: RedisServer

  private constructor(process: RedisServer, folder: string) {
    this.#process = process
    this.#folder = folder
    this.port = process.port
  }

  static async start(): Promise<LastingRedis> {
    const folder = await mkdtemp(join(tmpdir(), 'kairos-faults-redis-'))
    return new LastingRedis(await startRedisServer(persistence(folder)), folder)
  }

  /** Pauses it, or lets it go on. Harmless where it is dead. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    signalTo(this.#process.pid, signal)
  }

  async kill(): Promise<void> {
    await this.#process.kill()
  }

  async startAgain(): Promise<void> {
    const args = [...persistence(this.#folder), '--port', String(this.port)]
    this.#process = await insist(() => startRedisServer(args))
  }

  async stop(): Promise<void> {
    this.signal('SIGCONT')
    await this.#process.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** With `no`, what was acknowledged is with the system, and survives the process; `everysec` may hold it back for two seconds. */
function persistence(folder: string): string[] {
  return ['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'no']
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** A Kairos server that can be ended and started again, on its port; it reaches Redis through a network of its own. */
export class Kairos {
  readonly layout: Layout
  readonly network: Network
  /** how often its process was ended */
  ends = 0
  url = ''
  readonly #configuration: string
  readonly #onViolation: (what: string) => void
  #process: ServerProcess | undefined
  /** how much of its output was looked at */
  #read = 0

  constructor(options: {
    layout: Layout
    network: Network
    configuration: string
    onViolation: (what: string) => void
  }) {
    this.layout = options.layout
    this.network = options.network
    this.#configuration = options.configuration
    this.#onViolation = options.onViolation
  }

  async start(): Promise<void> {
    await insist(async () => {
      const port = this.url === '' ? '0' : new URL(this.url).port
      const redis = `redis://127.0.0.1:${this.network.port}`
      const child = await startServerProcess([
        '--config',
        this.#configuration,
        '--redis',
        redis,
        '--port',
        port,
      ])
      this.#process = child
      this.#read = 0
      const ends = this.ends
      this.url = await child.says(/ready at (\S+)/)
      void child.ended.then((how) => {
        if (this.ends === ends) this.#onViolation(`a server ended by ${how}: ${child.output.slice(-2000)}`)
      })
    })
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal)
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.ends += 1
    this.#process?.kill('SIGCONT')
    this.#process?.kill(signal)
    await this.#process?.ended
  }

  /** the end of its output */
  get recent(): string {
    return (this.#process?.output ?? '').slice(-1500)
  }

  /** What it logged as an error since it was asked last: nothing that happens around it is its mistake. */
  mistakes(): string[] {
    const output = this.#process?.output ?? ''
    const end = output.lastIndexOf('\n') + 1
    const lines = output.slice(this.#read, end).split('\n')
    this.#read = end
    return lines.filter((line) => /"level":[56]0/.test(line))
  }
}

/** Everything that a run needs: a Redis, and over it a server for each layout. */
export class World {
  readonly redis: LastingRedis
  readonly servers: readonly Kairos[]
  /** how often the database was emptied, or is about to be */
  flushes = 0
  readonly #folder: string
  /** whose commands faults are */
  readonly admin: Redis

  private constructor(redis: LastingRedis, servers: readonly Kairos[], folder: string) {
    this.redis = redis
    this.servers = servers
    this.#folder = folder
    this.admin = clientOf(redis.port)
  }

  static async start(onViolation: (what: string) => void): Promise<World> {
    const redis = await LastingRedis.start()
    const folder = await mkdtemp(join(tmpdir(), 'kairos-faults-'))
    const servers = await Promise.all(
      LAYOUTS.map(async (layout) => {
        const configuration = join(folder, `${layout}.json`)
        await writeFile(configuration, JSON.stringify(settings(layout)))
        return new Kairos({ layout, network: await Network.start(redis.port), configuration, onViolation })
      }),
    )
    const world = new World(redis, servers, folder)
    try {
      await Promise.all(servers.map((server) => server.start()))
      return world
    } catch (error) {
      await world.stop()
      throw error
    }
  }

  /** Resolves when Redis answers, and every server does. */
  async whole(): Promise<void> {
    await insist(() => this.admin.ping())
    await Promise.all(
      this.servers.map(({ url }) =>
        insist(async () => {
          const { status } = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(2000) })
          if (status !== 200) throw new Error(`${url}/health/live answers ${status}`)
        }),
      ),
    )
  }

  async stop(): Promise<void> {
    this.admin.disconnect()
    await Promise.all(this.servers.map((server) => server.end('SIGKILL')))
    await Promise.all(this.servers.map(({ network }) => network.close()))
    await this.redis.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
