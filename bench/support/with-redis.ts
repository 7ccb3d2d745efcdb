import { Redis } from 'ioredis'
import { startRedisServer } from '../../test/support/redis-server.ts'

/** Runs `work` with a client of a redis-server of its own, which ends with it, and the URL of that. */
export async function withRedis(work: (redis: Redis, url: string) => Promise<void>): Promise<void> {
  const server = await startRedisServer()
  const redis = new Redis(server.url)
  try {
    await work(redis, server.url)
  } finally {
    redis.disconnect()
    await server.stop()
  }
}

/** Seconds of processor time that Redis has taken since it started. */
export async function redisCpu(redis: Redis): Promise<number> {
  const info = await redis.info('cpu')
  const seconds = (what: string) => Number(new RegExp(`^${what}:([\\d.]+)`, 'm').exec(info)?.[1])
  return seconds('used_cpu_user') + seconds('used_cpu_sys')
}
