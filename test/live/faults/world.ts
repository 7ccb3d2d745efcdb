import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { type RedisServer, startRedisServer } from '../../support/redis-server.ts'
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts'
import type { Fault } from './faults.ts'
import { Network } from './network.ts'
import type { Random } from './random.ts'
import type { Layout, Run, Selection } from './series.ts'

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

export interface KairosOptions {
  readonly name: string
  readonly layout: Layout
  /** the file */
  readonly configuration: string
  /** the address */
  readonly redis: string
  readonly onViolation: (what: string) => void
}

/** A Kairos server that can be ended and started again, on its port. */
export class Kairos {
  readonly name: string
  readonly layout: Layout
  /** how often its process was ended */
  ends = 0
  /** whether it has said that it is ready, and was not told to end since */
  isUp = false
  url = ''
  readonly #configuration: string
  readonly #redis: string
  readonly #onViolation: (what: string) => void
  #process: ServerProcess | undefined
  /** how much of its output was looked at */
  #read = 0
  #mistakes: string[] = []

  constructor(options: KairosOptions) {
    this.name = options.name
    this.layout = options.layout
    this.#configuration = options.configuration
    this.#redis = options.redis
    this.#onViolation = options.onViolation
  }

  async start(): Promise<void> {
    await insist(async () => {
      const port = this.url === '' ? '0' : new URL(this.url).port
      const child = await startServerProcess([
        '--config',
        this.#configuration,
        '--redis',
        this.#redis,
        '--port',
        port,
      ])
      this.#process = child
      this.#read = 0
      const ends = this.ends
      this.url = await child.says(/ready at (\S+)/)
      this.isUp = true
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
    this.isUp = false
    this.#process?.kill('SIGCONT')
    this.#process?.kill(signal)
    const how = await this.#process?.ended
    if (signal === 'SIGTERM' && how !== 0)
      this.#onViolation(`SIGTERM ended a server by ${how}: ${this.recent}`)
    this.#look()
  }

  /** the end of its output */
  get recent(): string {
    return (this.#process?.output ?? '').slice(-1500)
  }

  /** What it logged as an error since it was asked last: nothing that happens around it is its mistake. */
  mistakes(): string[] {
    this.#look()
    return this.#mistakes.splice(0)
  }

  #look(): void {
    const output = this.#process?.output ?? ''
    const end = output.lastIndexOf('\n') + 1
    const lines = output.slice(this.#read, end).split('\n')
    this.#read = end
    this.#mistakes.push(...lines.filter((line) => /"level":[56]0/.test(line)))
  }
}

/** A Redis, and servers each of which reaches it through a network of its own. */
export class OneRedis {
  readonly redis: LastingRedis
  readonly networks: readonly Network[]
  /** whose commands faults are */
  readonly admin: Redis
  /** how often the database was emptied, or is about to be */
  flushes = 0

  private constructor(redis: LastingRedis, networks: readonly Network[]) {
    this.redis = redis
    this.networks = networks
    this.admin = clientOf(redis.port)
  }

  static async start(servers: number): Promise<OneRedis> {
    const redis = await LastingRedis.start()
    const networks = Array.from({ length: servers }, () => Network.start(redis.port))
    return new OneRedis(redis, await Promise.all(networks))
  }

  /** Of Redis, as each server is to have it. */
  get addresses(): string[] {
    return this.networks.map(({ port }) => `redis://127.0.0.1:${port}`)
  }

  async stop(): Promise<void> {
    this.admin.disconnect()
    await Promise.all(this.networks.map((network) => network.close()))
    await this.redis.stop()
  }
}

/** Servers that are started together; `settings` are those of a configuration file. */
export class Servers {
  readonly all: readonly Kairos[]
  readonly #folder: string

  private constructor(all: readonly Kairos[], folder: string) {
    this.all = all
    this.#folder = folder
  }

  static async start(
    plans: readonly (Omit<KairosOptions, 'configuration'> & { readonly settings: object })[],
  ): Promise<Servers> {
    const folder = await mkdtemp(join(tmpdir(), 'kairos-faults-'))
    const all = await Promise.all(
      plans.map(async ({ settings, ...plan }) => {
        const configuration = join(folder, `${plan.name}.json`)
        await writeFile(configuration, JSON.stringify(settings))
        return new Kairos({ ...plan, configuration })
      }),
    )
    const servers = new Servers(all, folder)
    try {
      await Promise.all(all.map((server) => server.start()))
      return servers
    } catch (error) {
      await servers.stop()
      throw error
    }
  }

  /** how often one was ended; NaN while one ends or starts, which a connection that begins then may be to */
  get ends(): number {
    if (this.all.some(({ isUp }) => !isUp)) return Number.NaN
    return this.all.reduce((sum, { ends }) => sum + ends, 0)
  }

  /** Resolves when every one answers. */
  async whole(): Promise<void> {
    await Promise.all(this.all.map(({ url }) => insist(() => ok(`${url}/health/live`))))
  }

  /** What they logged as errors since they were asked last. */
  mistakes(): string[] {
    return this.all.flatMap((server) => server.mistakes())
  }

  /** Bytes that the largest has. */
  async memory(): Promise<number> {
    const sizes = await Promise.all(this.all.map(({ url }) => insist(() => residentMemory(url))))
    return Math.max(...sizes)
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((server) => server.end('SIGKILL')))
    await rm(this.#folder, { recursive: true, force: true })
  }
}

async function ok(url: string): Promise<void> {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(2000) })
  if (status !== 200) throw new Error(`${url} answers ${status}`)
}

async function residentMemory(url: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2000) })
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(await response.text())?.[1])
}

export interface Shared {
  readonly count: (what: string) => void
  readonly onViolation: (what: string) => void
}

/** Somebody who is to hold what a query gives. */
export interface Watcher {
  /** whose choices it makes from now on */
  random: Random
  readonly name: string
  /** each of which is looked at by itself */
  readonly views: readonly Watched[]
  /** Does something that front ends do. */
  act(): void
  /** Is there, and reads. */
  attend(): void
  stop(): void
}

/** One window of a watcher. */
export interface Watched {
  readonly selection: Selection
  /** where a fresh query is asked */
  readonly url: string
  /** milliseconds after which it must be equal, from when all was whole */
  readonly within: number
  /** what differs from a fresh query; undefined where nothing does */
  difference(fresh: Run): string | undefined
  /** it, and what happened to it, for whoever looks into a failure */
  describe(): string
}

/** Those who write in a round. */
export interface Writing {
  /** Resolves when the last write was answered. */
  stop(): Promise<void>
  /** What is stored otherwise than it was acknowledged. */
  audit?(): Promise<readonly string[]>
}

/** Everything that a run needs: servers, who watches, who writes, and what can go wrong there. */
export interface World {
  readonly servers: Servers
  readonly watchers: readonly Watcher[]
  readonly faults: readonly Fault[]
  /** They begin, and write until they are stopped. */
  write(seed: string): Writing
  /** Resolves when whatever it is made of answers. */
  whole(): Promise<void>
  stop(): Promise<void>
}
