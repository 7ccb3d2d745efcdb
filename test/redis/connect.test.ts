import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { connectRedis } from '../../src/redis/connect.ts'
import { RedisHealth } from '../../src/server/health.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { rule, storeOf } from '../support/stores.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

let server: RedisServer
let operator: Redis
beforeAll(async () => {
  server = await startRedisServer(['--databases', '4', '--enable-debug-command', 'local'])
  operator = new Redis(server.url)
})
afterAll(async () => {
  operator.disconnect()
  await server.stop()
})

let lines: string[] = []
afterEach(() => {
  lines = []
})
const add = (line: string) => void lines.push(line)
async function connect(url: string): Promise<Redis> {
  const log = { info: add, warn: add, error: add }
  const redis = await connectRedis({ target: { url }, shown: 'here', log, name: 'test' })
  if (redis instanceof Redis) return redis
  throw new Error('that is a Cluster')
}

test('a database that Redis has is the one that is used', async () => {
  const [third, first] = await Promise.all([connect(`${server.url}/3`), connect(server.url)])
  await third.set('key', 'of the third')
  expect(await third.get('key')).toBe('of the third')
  expect(await first.get('key')).toBeNull()
  for (const redis of [third, first]) redis.disconnect()
})

test('a database that Redis does not have is refused in a sentence, not exchanged for another', async () => {
  await expect(connect(`${server.url}/99`)).rejects.toThrow(/Redis at here cannot be used: .*out of range/)
})

test('a connection over which nothing comes any more is given up when a command has failed, for one that serves', async () => {
  const proxy = await startTcpProxy(server.port)
  const redis = await connect(`redis://127.0.0.1:${proxy.port}`)
  proxy.freeze('ping')
  await expect(redis.get('key')).rejects.toThrow()
  await vi.waitFor(() => redis.get('key'), { timeout: 2000, interval: 20 })
  redis.disconnect()
  await proxy.stop()
})

test.each([
  ['that is cut off in the middle', (reply: Buffer) => reply.subarray(0, reply.length / 2), { closed: true }],
  ['in place of which garbage comes', () => Buffer.from([0, 255, 13, 10, 42, 200, 13, 10]), {}],
] as const)(
  'a reply %s is STORE_UNAVAILABLE at once, and a repeat over another connection is a duplicate',
  async (_what, make, options) => {
    const proxy = await startTcpProxy(server.port)
    const redis = await connect(`redis://127.0.0.1:${proxy.port}`)
    const health = new RedisHealth(redis, () => 'health')
    const store = storeOf(redis, [rule('a')])
    await operator.flushall()
    await store.insert({ name: 'a', value: 1 })
    const insert = async () => await store.insert({ name: 'a', value: 2 }, { id: 'x' })
    const began = performance.now()
    proxy.spoil('test', make, options)
    await expect(insert()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(await health.ask()).toEqual({ milliseconds: undefined, fault: 'Redis cannot be reached' })
    const repeated = await vi.waitFor(insert, { timeout: 2000, interval: 20 })
    expect(performance.now() - began).toBeLessThan(2000)
    expect(repeated).toEqual({ inserted: 1, expired: 0, duplicate: true })
    redis.disconnect()
    await proxy.stop()
  },
)

describe('what cannot be used is refused with the reason', () => {
  const answers: Record<string, (client: Socket) => void> = {
    'HTTP/1.1 400 Bad Request': (client) => client.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    garbage: (client) => client.end(Buffer.from([0, 255, 13, 10, 42, 200, 13, 10])),
  }
  test.each(Object.entries(answers))('where %s comes', async (_what, answer) => {
    const other = createServer((client) => client.on('error', () => {}).once('data', () => answer(client)))
    await once(other.listen(0, '127.0.0.1'), 'listening')
    const { port } = other.address() as AddressInfo
    await expect(connect(`redis://127.0.0.1:${port}`)).rejects.toThrow(
      'Redis at here cannot be used: what answers there does not speak the protocol of Redis',
    )
    other.close()
  })

  test('where nothing is said, within five seconds', async () => {
    const mute = createServer(() => {})
    await once(mute.listen(0, '127.0.0.1'), 'listening')
    const began = performance.now()
    await expect(connect(`redis://127.0.0.1:${(mute.address() as AddressInfo).port}`)).rejects.toThrow(
      'Redis at here cannot be used: nothing answered in time',
    )
    expect(performance.now() - began).toBeLessThan(5000)
    mute.close()
  })

  test('where a name is nobody’s, the port too, a user or a password is wrong, or none is given', async () => {
    const at = `127.0.0.1:${server.port}`
    await expect(connect('redis://nobody.invalid')).rejects.toThrow(/ENOTFOUND nobody.invalid|EAI_AGAIN/)
    await expect(connect('redis://127.0.0.1:1')).rejects.toThrow('ECONNREFUSED')
    await expect(connect(`redis://user:hunter2@${at}`)).rejects.toThrow(/used: WRONGPASS (?!.*hunter2)/)
    await operator.config('SET', 'requirepass', 'secret')
    await expect(connect(`redis://${at}`)).rejects.toThrow('cannot be used: it asks for a password')
    await operator.config('SET', 'requirepass', '')
  })

  test('where as many are connected as may be', async () => {
    const [, most = ''] = await operator.config('GET', 'maxclients')
    await operator.config('SET', 'maxclients', '1')
    await expect(connect(server.url)).rejects.toThrow('(maxclients)')
    await operator.config('SET', 'maxclients', most)
  })
})

test('a Redis that loads its data is waited for when the server starts', async () => {
  const before = await connect(server.url)
  const pipeline = operator.pipeline()
  for (let i = 0; i < 5000; i += 1) pipeline.set(`loaded:${i}`, 'x')
  await pipeline.exec()
  await operator.config('SET', 'loading-process-events-interval-bytes', '1024')
  await operator.config('SET', 'key-load-delay', '1000')
  const reloaded = operator.call('DEBUG', 'RELOAD')
  await vi.waitFor(() => expect(before.get('loaded:1')).rejects.toThrow('LOADING'), { timeout: 3000 })
  const redis = await connect(server.url)
  expect(lines).toContainEqual(
    expect.stringMatching(/Redis at here loads its data, \d+ % until now: waiting/),
  )
  expect(await redis.get('loaded:4999')).toBe('x')
  await reloaded
  await operator.config('SET', 'key-load-delay', '0')
  for (const each of [before, redis]) each.disconnect()
})

test('a Redis that drops keys when its memory is full is warned of', async () => {
  await operator.config('SET', 'maxmemory-policy', 'allkeys-lru')
  await operator.config('SET', 'maxmemory', '100mb')
  const redis = await connect(server.url)
  expect(lines).toEqual([expect.stringContaining('maxmemory-policy allkeys-lru')])
  await operator.config('SET', 'maxmemory', '0')
  redis.disconnect()
})

test('a connection over which one reply is late is given up, for what waits in it would become more and more', async () => {
  const redis = await connect(server.url)
  const lost = new Promise<void>((resolve) => redis.once('close', resolve))
  redis.options.commandTimeout = 200
  const slept = operator.call('DEBUG', 'SLEEP', '0.5')
  await expect(redis.get('key')).rejects.toThrow('Command timed out')
  await lost
  await slept
  await vi.waitFor(() => redis.get('key'), { timeout: 2000, interval: 20 })
  redis.disconnect()
})

test('while there is no connection each reason is logged once, and that there is one again', async () => {
  const other = await startRedisServer()
  const proxy = await startTcpProxy(other.port)
  const redis = await connect(`redis://127.0.0.1:${proxy.port}`)
  await proxy.stop()
  let attempts = 0
  redis.on('reconnecting', () => {
    attempts += 1
  })
  await vi.waitFor(() => expect(attempts).toBeGreaterThan(3), { timeout: 5000 })
  redis.options.port = other.port
  await vi.waitFor(() => redis.get('key'), { timeout: 2000, interval: 20 })
  expect(lines).toEqual([
    'the connection to Redis at here is lost: trying again',
    expect.stringMatching(/^Redis at here cannot be used: connect ECONNREFUSED/),
    'Redis at here answers again',
  ])
  redis.disconnect()
  await other.stop()
})
