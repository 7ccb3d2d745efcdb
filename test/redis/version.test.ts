import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createLog } from '../../src/log.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { targetOf } from '../support/redis-client.ts'

/** In place of a Redis of a version that cannot be had any more one that says nothing but that it is of it. */
async function startRedisOf(version: string): Promise<string> {
  const info = `redis_version:${version}\r\n`
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (data) => {
      for (const [, name = ''] of data.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)\r\n/g))
        socket.write(name.toLowerCase() === 'info' ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n')
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const connect = async (version: string) =>
  await connectRedis({
    target: targetOf(await startRedisOf(version)),
    shown: 'here',
    log: createLog('silent'),
    name: 'test',
  })

test.each(['5.0.14', '6.0.16', '6.1.242'])('Redis %s is refused in a sentence', async (version) => {
  await expect(connect(version)).rejects.toThrow(
    `Redis at here cannot be used: it is Redis ${version}, and Kairos needs Redis 6.2 or newer, or Valkey`,
  )
})

test.each(['6.2.0', '7.0.15', '8.0.0', '10.1.0'])('Redis %s is taken', async (version) => {
  const redis = await connect(version)
  expect(redis.status).toBe('ready')
  redis.disconnect()
})
