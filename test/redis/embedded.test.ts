import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/redis/embedded.ts'
import { findRedisServer } from '../../src/redis/find-server.ts'
import { startOnLeash } from '../../src/redis/leash.ts'
import { processBirth } from '../../src/redis/process-birth.ts'

const onLinux = process.platform === 'linux'
const waiting = { timeout: 15_000, interval: 20 }

let folder: string
let logged: string[]
let cleanups: (() => unknown)[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kairos-'))
  logged = []
  cleanups = [() => rm(folder, { recursive: true, force: true })]
})

afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

async function start(options: { folder?: string; command?: string } = {}): Promise<EmbeddedRedis> {
  const add = (message: string) => logged.push(message)
  const redis = await startEmbeddedRedis({ folder, ...options, log: { info: add, warn: add, error: add } })
  cleanups.push(redis.stop)
  return redis
}

function connect(path: string): Redis {
  const client = new Redis({ path })
  client.on('error', () => {})
  cleanups.push(() => client.disconnect())
  return client
}

async function pidOf(client: Redis): Promise<number> {
  return Number(/^process_id:(\d+)/m.exec(await client.info('server'))?.[1])
}

const isAlive = async (pid: number) => (await processBirth(pid)) !== undefined

/** The processes whose working folder is the data folder: the server, its shell and its guard. */
async function processesInFolder(): Promise<string[]> {
  if (!onLinux) return []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const cwds = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')))
  return pids.filter((_, index) => cwds[index] === folder)
}

interface Owner {
  readonly process: ChildProcess
  readonly pid: number
  /** The socket's path, or why it was refused. */
  readonly said: string
}

/** Another process, leader of a group of its own. */
async function startOwner(): Promise<Owner> {
  const support = (file: string) => fileURLToPath(new URL(`../support/${file}`, import.meta.url))
  const child = spawn(
    process.execPath,
    ['--import', support('run-typescript.mjs'), support('embedded-redis-owner.ts'), folder],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exited = once(child, 'exit')
  cleanups.push(() => {
    child.kill('SIGKILL')
    return exited
  })
  const [said] = await once(createInterface({ input: child.stdout }), 'line')
  return { process: child, pid: child.pid ?? 0, said: String(said) }
}

describe('an embedded Redis', () => {
  test('keeps its data from one run to the next', async () => {
    const first = await start()
    await connect(first.path).set('answer', 42)
    await first.stop()
    const second = await start()
    expect(await connect(second.path).get('answer')).toBe('42')
  })

  test('is reachable through a private socket in its folder, and through nothing else', async () => {
    const redis = await start()
    expect(redis.path).toBe(join(folder, 'redis.sock'))
    expect((await stat(redis.path)).mode & 0o777).toBe(0o700)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect(await connect(redis.path).config('GET', 'port')).toEqual(['port', '0'])
  })

  test('never drops a key to make room, and writes every change to its file', async () => {
    const client = connect((await start()).path)
    expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
    expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'yes'])
    expect(await client.config('GET', 'save')).toEqual(['save', ''])
  })

  test('works in a folder whose path is too long for a socket, and leaves no link behind', async () => {
    const deep = join(folder, 'a'.repeat(120), 'redis')
    const redis = await start({ folder: deep })
    expect(Buffer.byteLength(redis.path)).toBeLessThan(100)
    await connect(redis.path).set('answer', 42)
    await redis.stop()
    await expect(stat(join(redis.path, '..'))).rejects.toThrow('ENOENT')
    expect(await readdir(deep)).toContain('appendonlydir')
  })

  test.runIf(onLinux)('sees nothing of the environment but the PATH', async () => {
    vi.stubEnv('KAIROS_SECRET', 'hunter2')
    cleanups.push(() => vi.unstubAllEnvs())
    const pid = await pidOf(connect((await start()).path))
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8')
    expect(environment).not.toContain('hunter2')
  })

  test('stopping ends all of its processes and frees the folder, however often it is said', async () => {
    const redis = await start()
    const pid = await pidOf(connect(redis.path))
    await Promise.all([redis.stop(), redis.stop()])
    expect(await isAlive(pid)).toBe(false)
    await vi.waitFor(async () => expect(await processesInFolder()).toEqual([]), waiting)
    expect((await readdir(folder)).filter((name) => name.startsWith('owner'))).toEqual([])
  })
})

describe('when its owner dies', () => {
  test('by kill -9, no process remains and the data are there for the next', async () => {
    const owner = await startOwner()
    const client = connect(owner.said)
    await client.set('answer', 42)
    const pid = await pidOf(client)
    owner.process.kill('SIGKILL')
    await vi.waitFor(async () => expect(await isAlive(pid)).toBe(false), waiting)
    await vi.waitFor(async () => expect(await processesInFolder()).toEqual([]), waiting)
    expect(await connect((await start()).path).get('answer')).toBe('42')
  })

  test('by kill -9 of its whole process group, no process remains', async () => {
    const owner = await startOwner()
    const pid = await pidOf(connect(owner.said))
    process.kill(-owner.pid, 'SIGKILL')
    await vi.waitFor(async () => expect(await isAlive(pid)).toBe(false), waiting)
    await vi.waitFor(async () => expect(await processesInFolder()).toEqual([]), waiting)
  })

  test('by kill -9, the next one may start at the same moment', async () => {
    const owner = await startOwner()
    await connect(owner.said).set('answer', 42)
    const exited = once(owner.process, 'exit')
    owner.process.kill('SIGKILL')
    await exited
    expect(await connect((await start()).path).get('answer')).toBe('42')
  })

  test('a Ctrl-C in its terminal does not reach the server', async () => {
    const owner = await startOwner()
    const client = connect(owner.said)
    const pid = await pidOf(client)
    process.kill(-owner.pid, 'SIGINT')
    await client.set('answer', 42)
    expect(await pidOf(client)).toBe(pid)
  })
})

describe('when the server dies', () => {
  test('it is started again at the same path with the same data', async () => {
    const redis = await start()
    const client = connect(redis.path)
    await client.set('answer', 42)
    const pid = await pidOf(client)
    process.kill(pid, 'SIGKILL')
    await vi.waitFor(() => expect(logged.at(-1)).toContain('runs again'), waiting)
    expect(await client.get('answer')).toBe('42')
    expect(await pidOf(client)).not.toBe(pid)
    expect(logged.join('\n')).toContain('(signal SIGKILL)')
  })

  test('again and again, the owner is told why and the folder is free', async () => {
    const redis = await start()
    const client = connect(redis.path)
    for (let death = 0; death < 3; death += 1) {
      await vi.waitFor(async () => process.kill(await pidOf(client), 'SIGKILL'), waiting)
    }
    const reason = await redis.lost
    expect(reason.message).toContain('died 3 times within 30 seconds')
    expect(reason.lines.join('\n')).toMatch(/ready to accept connections/i)
    expect(await processesInFolder()).toEqual([])
    await redis.stop()
    await start()
  })

  test('a stop while it is started again ends everything', async () => {
    const redis = await start()
    process.kill(await pidOf(connect(redis.path)), 'SIGKILL')
    await vi.waitFor(() => expect(logged.at(-1)).toContain('started again'), waiting)
    await redis.stop()
    await vi.waitFor(async () => expect(await processesInFolder()).toEqual([]), waiting)
  })
})

describe('a folder', () => {
  test('belongs to one Kairos; the second is told whose it is', async () => {
    const owner = await startOwner()
    await expect(start()).rejects.toThrow(`${folder} already serves another Kairos (process ${owner.pid})`)
    expect(await connect(owner.said).ping()).toBe('PONG')
  })

  test('belongs to one embedded Redis within a process too', async () => {
    const redis = await start()
    await expect(start()).rejects.toThrow(`process ${process.pid}`)
    expect(await connect(redis.path).ping()).toBe('PONG')
  })

  test('that several want at the same moment goes to exactly one', async () => {
    const owners = await Promise.all([startOwner(), startOwner(), startOwner()])
    const refused = owners.filter(({ said }) => said.startsWith('refused'))
    expect(refused).toHaveLength(2)
    for (const { said } of refused) expect(said).toContain('already serves another Kairos')
  })

  test('may hold the claim of a dead process, though its pid lives again, and a stale socket', async () => {
    await writeFile(join(folder, `owner.${process.ppid}.0123456789ab`), '')
    await writeFile(join(folder, 'redis.sock'), '')
    const redis = await start()
    expect(await connect(redis.path).ping()).toBe('PONG')
  })

  test('in which the server of an earlier run still works is waited for', async () => {
    const other = await startOnLeash(await findRedisServer(), ['--port', '0', '--unixsocket', 'redis.sock'], {
      cwd: folder,
      onLine: () => {},
    })
    cleanups.push(() => other.release())
    await vi.waitFor(() => stat(join(folder, 'redis.sock')), waiting)
    const redis = start()
    await vi.waitFor(() => expect(logged).toContainEqual(expect.stringContaining('Waiting')), waiting)
    other.release()
    await redis
    expect(await isAlive(other.pid)).toBe(false)
  })

  test('that is a file is refused in a sentence', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    await expect(start({ folder: file })).rejects.toThrow(`The folder ${file} cannot hold the embedded Redis`)
  })
})

describe('a start fails', () => {
  async function fakeServer(body: string): Promise<string> {
    const file = join(folder, 'fake', 'redis-server')
    await mkdir(join(folder, 'fake'))
    await writeFile(file, `#!/bin/sh\n${body}\n`)
    await chmod(file, 0o755)
    return file
  }

  test('with the last lines of a server that ends early, and the folder is free', async () => {
    const command = await fakeServer('for i in $(seq 30); do echo "line $i"; done; exit 3')
    const error = await start({ command }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      name: 'EmbeddedRedisError',
      message: expect.stringContaining('(exit code 3)'),
    })
    expect(error).toHaveProperty(
      'lines',
      Array.from({ length: 20 }, (_, index) => `line ${index + 11}`),
    )
    await start()
  })

  test('with the words of a server that finds its data damaged', async () => {
    await mkdir(join(folder, 'appendonlydir'))
    await writeFile(join(folder, 'appendonlydir', 'appendonly.aof.manifest'), 'nonsense\n')
    await expect(start()).rejects.toThrow(/before it was ready \(exit code 1\).*manifest/s)
  })

  test('where the binary cannot be run', async () => {
    await expect(start({ command: join(folder, 'none') })).rejects.toThrow(/exit code 127.*none/s)
  })
})
