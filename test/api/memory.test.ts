import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'
import { collectGarbage } from '../support/garbage.ts'
import { readMetrics } from '../support/metrics.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

const MIB = 1024 * 1024
/** Each asks for 20 MB. */
const CLIENTS = 25
const timeseries = [
  { name: 'all', match: '**', type: 'series', intervals: { year: { step: '1y', steps: 2 } } },
]

describe('a server process', () => {
  let redis: RedisServer
  let server: ServerProcess
  let url: string
  let folder: string
  let sockets: Socket[] = []
  beforeAll(async () => {
    redis = await startRedisServer()
    folder = await mkdtemp(join(tmpdir(), 'kairos-test-'))
    const config = join(folder, 'kairos.json')
    await writeFile(
      config,
      JSON.stringify({ monitor: false, timeseries, limits: { maxValueLength: 200_000 } }),
    )
    server = await startServerProcess(['--config', config, '--redis', redis.url, '--port', '0'])
    url = await server.says(/(http:\S+)/)
  })
  afterEach(() => {
    for (const socket of sockets) socket.destroy()
    sockets = []
  })
  afterAll(async () => {
    server.kill('SIGTERM')
    await server.ended
    await redis.stop()
    await rm(folder, { recursive: true })
  })

  const metric = async (name: string) => (await readMetrics(url)).value(name) ?? Number.NaN
  const dial = async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {}) // it may be cut off
    await once(socket, 'connect')
    return socket
  }
  const post = (length: number, body = '') =>
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`
  /** MiB that it had at most */
  const peak = async () => {
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
  }

  test('holds 256 MiB of answers that nobody reads, and those alone are cut off who have most of them', async () => {
    const value = 'x'.repeat(200_000)
    const insert = JSON.stringify({
      query: `mutation { insert(name: "large", value: "${value}") { inserted } }`,
    })
    const headers = { 'content-type': 'application/json' }
    await fetch(`${url}/graphql`, { method: 'POST', headers, body: insert })
    const fields = Array.from({ length: 100 }, (_, i) => `_${i}: values`).join(' ')
    const query = `{ series(name: "large", interval: "year", steps: 1) { buckets { ${fields} } } }`
    for (let i = 0; i < CLIENTS; i += 1) {
      const socket = await dial()
      const body = JSON.stringify({ query: `query Q${i} ${query}` }) // equal ones share one answer
      socket.pause()
      socket.write(post(body.length, body))
    }
    await expect.poll(() => metric('kairos_unread_closed_total'), { timeout: 30_000 }).toBeGreaterThan(1)
    expect(await metric('kairos_unread_bytes')).toBeLessThanOrEqual(256 * MIB)
    expect(await peak()).toBeLessThan(1024)
  }, 60_000)

  test('holds 256 MiB of bodies that never end, refuses what comes then, and takes it when they are gone', async () => {
    const part = 'x'.repeat(4 * MIB - 1)
    for (let i = 0; i < 64; i += 1) (await dial()).write(post(4 * MIB, part))
    await expect.poll(() => metric('kairos_request_bytes'), { timeout: 20_000 }).toBeGreaterThan(255 * MIB)
    const ask = async () => {
      const body = JSON.stringify({ query: '{ __typename }', extensions: { x: 'x'.repeat(MIB) } })
      const headers = { 'content-type': 'application/json' }
      return await (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).json()
    }
    expect((await ask()).errors[0].extensions).toEqual({ code: 'RATE_LIMITED', retryAfter: 1 })
    expect(await metric('kairos_limit_hits_total{limit="memory"}')).toBe(1)
    for (const socket of sockets) socket.destroy()
    await expect.poll(() => metric('kairos_request_bytes')).toBe(0)
    expect((await ask()).data).toEqual({ __typename: 'Query' })
  }, 60_000)
})

describe('a WebSocket', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp({ monitor: false, timeseries })
  })
  afterAll(() => app.stop())

  const open = async () => {
    const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    await once(socket, 'open')
    socket.send('{"type":"connection_init"}')
    await once(socket, 'message')
    return socket
  }
  /** what is reachable, in this process */
  const reachable = () => {
    collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    return (heapUsed + external) / MIB
  }

  test('keeps nothing of a message with which a subscription began', async () => {
    const socket = await open()
    const query = `subscription { series(name: "a", interval: "year") { kind } }`
    const before = reachable()
    for (let id = 0; id < 30; id += 1) {
      const payload = { query, variables: { x: 'x'.repeat(MIB) }, extensions: { x: 'x'.repeat(2 * MIB) } }
      socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload }))
      const [message] = await once(socket, 'message')
      expect(JSON.parse(String(message)).payload.data.series.kind).toBe('SNAPSHOT')
    }
    expect((await readMetrics(app.app.url)).value('kairos_subscriptions{transport="websocket"}')).toBe(30)
    await expect.poll(() => reachable() - before, { timeout: 10_000 }).toBeLessThan(10)
    expect((await readMetrics(app.app.url)).value('kairos_request_bytes')).toBe(0)
    socket.terminate()
  })

  test('is refused a subscription where what all of them ask is too much', async () => {
    const socket = await open()
    let refused: unknown
    for (let id = 0; refused === undefined && id < 100; id += 1) {
      const query = `subscription { series(name: "a", interval: "year") { kind } } #${id} ${'x'.repeat(2 * MIB)}`
      socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query } }))
      const [message] = await once(socket, 'message')
      refused = JSON.parse(String(message)).payload.errors?.[0].extensions
    }
    expect(refused).toEqual({ code: 'RATE_LIMITED', retryAfter: 1 })
    expect((await readMetrics(app.app.url)).value('kairos_subscribed_bytes')).toBeLessThan(128 * MIB)
    socket.terminate()
    await expect.poll(async () => (await readMetrics(app.app.url)).value('kairos_subscribed_bytes')).toBe(0)
  })

  test.each([
    ['a message', 1009, async () => (await open()).send('x'.repeat(4 * MIB + 1))],
    [
      'a body',
      413,
      async () => {
        const headers = { 'content-type': 'application/json' }
        await fetch(`${app.app.url}/graphql`, {
          method: 'POST',
          headers,
          body: 'x'.repeat(4 * MIB + 1),
        }).catch(() => {})
      },
    ],
  ])('%s that is too large is counted as a limit (%i)', async (_what, _code, send) => {
    const sample = 'kairos_limit_hits_total{limit="request"}'
    const before = (await readMetrics(app.app.url)).value(sample) ?? Number.NaN
    await send()
    await expect.poll(async () => (await readMetrics(app.app.url)).value(sample)).toBe(before + 1)
  })
})
