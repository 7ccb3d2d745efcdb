import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { readMetrics } from '../../test/support/metrics.ts'
import { startRedisServer } from '../../test/support/redis-server.ts'
import { quantile } from '../support/quantile.ts'
import { redisCpu } from '../support/with-redis.ts'
import type { LoadOptions, Outcome, Sample } from './load.ts'
import { settings } from './series.ts'

export interface SoakOptions {
  readonly minutes: number
  readonly load: LoadOptions
  readonly onMinute: (minute: Minute) => void
}

/** Of a process. */
interface Usage {
  /** that are resident */
  readonly megabytes: number
  /** of one processor */
  readonly cpu: number
}

export interface Minute extends Pick<Sample, 'insert' | 'read' | 'screen'> {
  /** from 1 */
  readonly minute: number
  /** a second */
  readonly inserted: number
  /** a second */
  readonly frames: number
  readonly server: Usage
  readonly redis: Usage
  /** what failed in it, empty where nothing did */
  readonly failures: string
}

export interface Verdict {
  /** what must not be, empty where all is well */
  readonly wrong: readonly string[]
  readonly figures: readonly (readonly [what: string, figure: string])[]
}

/** Memory is flat where its median in the last third of a run is at most so many times that in the third before. */
const FLAT = 1.05
/** Minutes that a run must have for its thirds to say anything about memory. */
const LONG = 15

/**
 * Puts a steady load on a built server with a Redis beside it, which writes its append-only file, all of them processes of their own.
 * Throws where one of them ends early.
 */
export async function soak({ minutes, load: options, onMinute }: SoakOptions): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'kairos-soak-'))
  const redisServer = await startRedisServer(['--dir', folder, '--appendonly', 'yes'])
  const redis = new Redis(redisServer.url)
  const server = await startServer(folder, redisServer.url)
  const load = await startLoad(server.url, options)
  try {
    const usage = async () => ({ server: await serverUse(server.url), redis: await redisUse(redis) })
    const all: Minute[] = []
    let before = { ...(await usage()), sample: await load.sample(), at: performance.now() }
    const begun = before.at
    for (let minute = 1; minute <= minutes; minute += 1) {
      await Promise.race([wait(begun + minute * 60_000 - performance.now()), server.early, load.early])
      const now = { ...(await usage()), sample: await load.sample(), at: performance.now() }
      const seconds = (now.at - before.at) / 1000
      const { insert, read, screen } = now.sample
      all.push({
        minute,
        inserted: (now.sample.inserted - before.sample.inserted) / seconds,
        frames: (now.sample.frames - before.sample.frames) / seconds,
        insert,
        read,
        screen,
        server: usageOf(before.server, now.server, seconds),
        redis: usageOf(before.redis, now.redis, seconds),
        failures: failuresBetween(before.sample.failures, now.sample.failures),
      })
      onMinute(all.at(-1) as Minute)
      before = now
    }
    const outcome = await load.end()
    const idKeys = outcome.requests * (await bytesOfAnId(redis))
    return { wrong: [...outcome.wrong, ...grown(all)], figures: figuresOf(all, outcome, idKeys) }
  } finally {
    load.stop()
    server.stop()
    redis.disconnect()
    await redisServer.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** `kairos serve` as it is built. */
async function startServer(folder: string, redis: string) {
  const config = join(folder, 'kairos.json')
  await writeFile(config, JSON.stringify(settings()))
  const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url))
  const child = spawn(
    process.execPath,
    [bin, 'serve', '--config', config, '--redis', redis, '--port', '0', '--log-level', 'warn'],
    {
      cwd: folder,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  process.once('exit', () => child.kill('SIGKILL'))
  const early = endsEarly('the server', child)
  const ready = once(createInterface(child.stdout), 'line').then(
    ([line]) => String(line).split(' ').at(-1) ?? '',
  )
  const url = await Promise.race([ready, early])
  return { url, early, stop: () => void child.kill('SIGKILL') }
}

async function startLoad(url: string, options: LoadOptions) {
  const loader = fileURLToPath(new URL('../../test/support/run-typescript.mjs', import.meta.url))
  const file = fileURLToPath(new URL('load.ts', import.meta.url))
  const child = fork(file, [url, JSON.stringify(options)], { execArgv: ['--import', loader] })
  const early = endsEarly('the load', child)
  const answer = async () => (await Promise.race([once(child, 'message'), early]))[0]
  await answer()
  const ask = async (question: 'sample' | 'end') => {
    child.send(question)
    return await answer()
  }
  return {
    early,
    sample: async () => (await ask('sample')) as Sample,
    end: async () => (await ask('end')) as Outcome,
    stop: () => void child.kill(),
  }
}

/** Rejects when it ends. */
function endsEarly(what: string, child: ReturnType<typeof fork>): Promise<never> {
  const early = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${what} ended with ${code ?? signal}`)
  })
  early.catch(() => {})
  return early
}

interface Use {
  readonly bytes: number
  /** of processor time since it started */
  readonly seconds: number
}

async function serverUse(url: string): Promise<Use> {
  const metrics = await readMetrics(url)
  const value = (name: string) => metrics.value(name) ?? Number.NaN
  return { bytes: value('process_resident_memory_bytes'), seconds: value('process_cpu_seconds_total') }
}

async function redisUse(redis: Redis): Promise<Use> {
  const bytes = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1])
  return { bytes, seconds: await redisCpu(redis) }
}

function usageOf(before: Use, now: Use, seconds: number): Usage {
  return { megabytes: now.bytes / 1e6, cpu: ((now.seconds - before.seconds) / seconds) * 100 }
}

function failuresBetween(before: Sample['failures'], now: Sample['failures']): string {
  const since = Object.entries(now).map(([what, count]) => [what, count - (before[what] ?? 0)] as const)
  return since.flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : [])).join(', ')
}

/** What Redis takes to remember one request for a day. */
async function bytesOfAnId(redis: Redis): Promise<number> {
  for (let cursor = '0', keys: string[] = []; ; ) {
    ;[cursor, keys] = await redis.scan(cursor, 'MATCH', '__kairos:*:id:*', 'COUNT', 1000)
    const [key] = keys
    if (key !== undefined) return (await redis.memory('USAGE', key)) ?? 0
    if (cursor === '0') return 0
  }
}

type Memory = (minute: Minute) => number
const ofServer: Memory = ({ server }) => server.megabytes

/** The middle third of a run, and the last: in the first all is still being filled. */
function thirds(all: readonly Minute[], memory: Memory): readonly [middle: number, last: number] {
  const third = Math.floor(all.length / 3)
  const middle = all.slice(-2 * third, -third).map(memory)
  return [quantile(middle, 0.5), quantile(all.slice(-third).map(memory), 0.5)]
}

function grown(all: readonly Minute[]): string[] {
  const [middle, last] = thirds(all, ofServer)
  if (all.length < LONG || last <= middle * FLAT) return []
  return [`the server grew from ${middle.toFixed(0)} to ${last.toFixed(0)} MB`]
}

function figuresOf(all: readonly Minute[], outcome: Outcome, idBytes: number): Verdict['figures'] {
  const over = (number: (minute: Minute) => number) => quantile(all.map(number), 0.5).toFixed(0)
  const times = ({ p50, p99, max }: Sample['insert']) =>
    `${p50.toFixed(1)}, ${p99.toFixed(1)}, ${max.toFixed(0)} ms`
  const memory = (of: Memory) =>
    thirds(all, of)
      .map((each) => `${each.toFixed(1)} MB`)
      .join(', ')
  return [
    ['values a second', over(({ inserted }) => inserted)],
    ['values in all', outcome.inserted.toLocaleString('en')],
    ['updates a second', over(({ frames }) => frames)],
    ['an insert: median, 99th percentile, most', times(outcome.insert)],
    ['from insert to screen', times(outcome.screen)],
    ['a query', times(outcome.read)],
    ["the server's processor time", `${over(({ server }) => server.cpu)} %`],
    ["Redis's processor time", `${over(({ redis }) => redis.cpu)} %`],
    ['of the server, in the middle third of the run and in the last', memory(ofServer)],
    ['of Redis, likewise', memory(({ redis }) => redis.megabytes)],
    [`of which in the end ids took`, `${(idBytes / 1e6).toFixed(1)} MB`],
  ]
}
