import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRedisServer } from '../../src/redis/find-server.ts'
import { startOnLeash } from '../../src/redis/leash.ts'

export interface RedisServer {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Ends it in order and removes its folder. Harmless when repeated. */
  stop(): Promise<void>
  /** SIGKILL, as a crash would be; resolves when it is dead. */
  kill(): Promise<void>
}

/**
 * A bare redis-server on a free loopback port: no persistence, a folder of its own, dead with this process.
 * `args` come last on its command line, so they may override: `['--maxmemory', '1mb']`.
 */
export async function startRedisServer(args: string[] = []): Promise<RedisServer> {
  return await startOnFreePort((port) => ({
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...args],
    ready: 'Ready to accept connections',
  }))
}

/** A Redis Sentinel, likewise, with this in its configuration. */
export async function startSentinel(settings: readonly string[]): Promise<RedisServer> {
  return await startOnFreePort((port) => ({
    args: ['sentinel.conf', '--sentinel'],
    ready: '+monitor',
    file: { name: 'sentinel.conf', text: [`port ${port}`, 'bind 127.0.0.1', ...settings, ''].join('\n') },
  }))
}

interface Launch {
  readonly args: readonly string[]
  /** what the server says when it is ready */
  readonly ready: string
  /** written into its folder first */
  readonly file?: { readonly name: string; readonly text: string }
}

async function startOnFreePort(launchOn: (port: number) => Launch): Promise<RedisServer> {
  const server = await findRedisServer()
  for (let attempt = 1; ; attempt += 1) {
    try {
      const port = await freePort()
      return await launch(server, port, launchOn(port))
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('Address already in use')
      if (!taken || attempt === 5) throw error
    }
  }
}

async function launch(
  command: string,
  port: number,
  { args, ready: sign, file }: Launch,
): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kairos-test-redis-'))
  if (file) await writeFile(join(folder, file.name), file.text)
  const lines: string[] = []
  let becomeReady = () => {}
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve
  })
  const leash = await startOnLeash(command, args, {
    cwd: folder,
    onLine: (line) => {
      lines.push(line)
      if (line.includes(sign)) becomeReady()
    },
  })
  let over = false
  const ended = leash.ended.then(async (how) => {
    over = true
    await rm(folder, { recursive: true, force: true })
    return how
  })
  const early = ended.then((how) => {
    throw new Error([`redis-server ended by ${how} before it was ready`, ...lines].join('\n'))
  })
  await Promise.race([ready, early])
  early.catch(() => {})

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: leash.pid,
    async stop() {
      leash.release()
      await ended
    },
    async kill() {
      if (!over) process.kill(leash.pid, 'SIGKILL')
      await ended
    },
  }
}

/** The nodes of a cluster talk to each other ten thousand ports above. */
const HIGHEST_PORT = 55_535

async function freePort(): Promise<number> {
  for (;;) {
    const port = await anyFreePort()
    if (port <= HIGHEST_PORT) return port
  }
}

function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
