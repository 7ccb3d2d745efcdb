import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createLog } from '../../src/log.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedisServer(['--databases', '4'])
})
afterAll(() => server.stop())

const connect = (url: string) =>
  connectRedis({ target: { url }, shown: 'here', log: createLog('silent'), name: 'test' })

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
