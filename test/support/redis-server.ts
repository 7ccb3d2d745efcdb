import { mkdtemp, rm } from 'node:fs/promises'
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
  const server = await findRedisServer()
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(server, await freePort(), args)
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('Address already in use')
      if (!taken || attempt === 5) throw error
    }
  }
}

async function launch(command: string, port: number, args: string[]): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kairos-test-redis-'))
  const lines: string[] = []
  let becomeReady = () => {}
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve
  })
  const bare = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const leash = await startOnLeash(command, [...bare, ...args], {
    cwd: folder,
    onLine: (line) => {
      lines.push(line)
      if (line.includes('Ready to accept connections')) becomeReady()
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

function freePort(): Promise<number> {
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
