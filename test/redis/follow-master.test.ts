import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { followMaster } from '../../src/redis/follow-master.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'

/** In place of a Sentinel one that says what tests have it say, in the same words. */
let sentinel: RedisServer
let master: RedisServer
let speaker: Redis
beforeAll(async () => {
  sentinel = await startRedisServer()
  master = await startRedisServer()
  speaker = new Redis(sentinel.url)
})
afterAll(async () => {
  speaker.disconnect()
  await Promise.all([sentinel.stop(), master.stop()])
})

/** A client that follows what is said of `mine`, and how often it has connected. */
async function follow(host: string) {
  const redis = new Redis({ host, port: master.port, lazyConnect: true, retryStrategy: () => 10 })
  onTestFinished(async () => {
    redis.disconnect()
    await vi.waitFor(async () => expect(await listeners()).toBe(0), { interval: 5 })
  })
  let connected = 0
  redis.on('ready', () => {
    connected += 1
  })
  followMaster(redis, {
    sentinels: [{ host: '127.0.0.1', port: sentinel.port }],
    master: 'mine',
    tls: false,
    connectionName: 'test',
    pause: () => 10,
  })
  await vi.waitFor(async () => expect(await listeners()).toBe(1), { interval: 5 })
  return {
    redis,
    get connected() {
      return connected
    },
  }
}

async function listeners(): Promise<number> {
  const [, count] = (await speaker.pubsub('NUMSUB', '+switch-master')) as unknown[]
  return Number(count)
}

async function say(name: string, host: string, port: number): Promise<void> {
  await speaker.publish('+switch-master', `${name} 127.0.0.1 1 ${host} ${port}`)
}

test('a new master is connected to as soon as a Sentinel tells of it, and not before', async () => {
  const client = await follow('127.0.0.1')
  await client.redis.connect()
  await say('another', '127.0.0.1', 1)
  await say('mine', '127.0.0.1', 1)
  await vi.waitFor(() => expect(client.connected).toBe(2), { interval: 5 })
})

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['127.0.0.1', 'localhost'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['::ffff:127.0.0.1', 'localhost'],
])('a connection to %s stays where a Sentinel tells of %s', async (host, told) => {
  const client = await follow(host)
  await client.redis.connect()
  const giveUp = vi.spyOn(client.redis, 'disconnect')
  // What was said first has been heard when the last is answered.
  for (let times = 0; times < 5; times += 1) {
    await say('mine', told, master.port)
    await lookup(told)
    await client.redis.ping()
  }
  expect(giveUp).not.toHaveBeenCalled()
  await say('mine', '127.0.0.1', 1)
  await vi.waitFor(() => expect(client.connected).toBe(2), { interval: 5 })
})

test('a Sentinel that tells of a master before one was found does no harm', async () => {
  const client = await follow('127.0.0.1')
  // What was said first has been heard when the last is.
  for (let times = 0; times < 5; times += 1) await say('mine', '127.0.0.1', master.port)
  await client.redis.connect()
  await say('mine', '127.0.0.1', 1)
  await vi.waitFor(() => expect(client.connected).toBe(2), { interval: 5 })
})

test('a master that loads its data is waited for over the same connection, one that says nothing is left', async () => {
  let mute = false
  let connected = 0
  const loading = 'loading:1\r\nloading_eta_seconds:1\r\n'
  const server = createServer((socket) => {
    connected += 1
    socket.on('error', () => {})
    socket.on('data', (data) => {
      for (const [, name = ''] of data.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)\r\n/g))
        if (!mute)
          socket.write(name.toLowerCase() === 'info' ? `$${loading.length}\r\n${loading}\r\n` : '+OK\r\n')
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const redis = new Redis({ port, lazyConnect: true, maxLoadingRetryTime: 300, retryStrategy: () => 10 })
  onTestFinished(() => redis.disconnect())
  redis.on('error', () => {})
  const told = vi.spyOn(redis, 'info')
  followMaster(redis, { sentinels: [], master: 'mine', tls: false, connectionName: 'test', pause: () => 10 })
  redis.connect().catch(() => {})
  await vi.waitFor(() => expect(told.mock.calls.length).toBeGreaterThan(7), { timeout: 10_000, interval: 20 })
  expect(connected).toBe(1)
  mute = true
  await vi.waitFor(() => expect(connected).toBe(2), { timeout: 5000, interval: 20 })
})
