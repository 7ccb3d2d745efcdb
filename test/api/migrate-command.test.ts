import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { build } from '../../scripts/build.mjs'
import { start } from '../../src/app.ts'
import { loadConfig } from '../../src/config/index.ts'
import { createLog } from '../../src/log.ts'
import { startRedisServer } from '../support/redis-server.ts'

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url))

let server: Awaited<ReturnType<typeof startRedisServer>>
let redis: Redis
let cwd: string

beforeAll(async () => {
  await build()
  server = await startRedisServer()
  redis = new Redis(server.url)
  cwd = await mkdtemp(join(tmpdir(), 'kairos-test-'))
})
beforeEach(() => redis.flushall())
afterAll(async () => {
  await redis.quit()
  await server.stop()
  await rm(cwd, { recursive: true, force: true })
})

interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** A command as it is called in a terminal. */
async function kairos(...argv: string[]): Promise<Outcome> {
  const file = join(cwd, 'kairos.json')
  const flags = ['--redis', server.url, '--config', file, '--log-level', 'silent']
  const child = spawn(process.execPath, [BIN, ...argv, ...flags], { cwd })
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { exitCode, stdout, stderr }
}

async function configure(layout: string, intervals: object, type = 'count'): Promise<void> {
  const timeseries = [{ name: 'hits', match: 'hits.**', type, intervals }]
  await writeFile(join(cwd, 'kairos.json'), JSON.stringify({ layout, monitor: false, timeseries }))
}

/** Serves with the configuration, does something meanwhile, and stops. */
async function serving(meanwhile: (url: string) => Promise<void>): Promise<void> {
  const argv = ['--redis', server.url, '--port', '0', '--config', join(cwd, 'kairos.json')]
  const app = await start(await loadConfig({ argv, env: {}, cwd }), createLog('silent'))
  try {
    await meanwhile(app.url)
  } finally {
    await app.close()
  }
}

async function ask(url: string, query: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  return await response.json()
}

const insertHits = (url: string) =>
  ask(url, 'mutation { insert(name: "hits.a", value: 3, timestamp: 1800000000) { inserted } }')
const readHits = (url: string) =>
  ask(url, '{ series(name: "hits.a", interval: "minute", start: 1800000000, steps: 1) { buckets { sum } } }')

const minute = { step: '1min' }

test('what does not fit keeps the server from starting; check tells what becomes of it, migrate does it', async () => {
  await configure('packed', { minute })
  await serving(async (url) => void (await insertHits(url)))
  await configure('kairos', { minute })
  await expect(serving(async () => {})).rejects.toThrow('\n  hits.a: layout packed → kairos\n')

  const lines = 'hits.a: layout packed → kairos\n  interval minute can be moved\n'
  expect(await kairos('check')).toEqual({
    exitCode: 1,
    stdout: `${lines}"kairos migrate" moves them.\n`,
    stderr: '',
  })
  expect(await kairos('migrate')).toEqual({
    exitCode: 0,
    stdout: `${lines}Done: 1 series is moved.\n`,
    stderr: '',
  })
  expect(await kairos('check')).toEqual({
    exitCode: 0,
    stdout: 'The stored series fit the configuration.\n',
    stderr: '',
  })
  await serving(async (url) => {
    expect(await readHits(url)).toEqual({ data: { series: { buckets: [{ sum: 3 }] } } })
  })
})

test('what cannot be moved keeps migrate from moving anything, unless it is to be discarded', async () => {
  await configure('packed', { minute })
  await serving(async (url) => void (await insertHits(url)))
  await configure('packed', { minute: { step: 10 } })
  const lines =
    'hits.a: interval minute: step 60s → 10s\n' +
    '  cannot be moved: interval minute: buckets of 60s do not make up those of 10s\n'
  const refused = await kairos('migrate')
  expect(refused).toMatchObject({ exitCode: 1, stdout: lines })
  expect(refused.stderr).toMatch(/^Not everything can be moved, so nothing is\..*--discard.*\n$/)
  expect(await redis.keys('kairos:*')).not.toEqual([])
  expect(await kairos('migrate', '--discard')).toEqual({
    exitCode: 0,
    stdout: `${lines}Done: 1 series is moved.\n`,
    stderr: '',
  })
  expect(await redis.keys('kairos:*')).toEqual([])
})

test('migrate does nothing beside a server on the same Redis', async () => {
  await configure('packed', { minute })
  await serving(async () => {
    expect(await kairos('migrate')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'A Kairos server runs on this Redis: stop it first.\n',
    })
  })
})
