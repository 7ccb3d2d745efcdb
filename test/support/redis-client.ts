import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { parseRedisUrl } from '../../src/config/redis-url.ts'
import type { RedisTarget } from '../../src/redis/connect.ts'
import { type RedisServer, startRedisServer } from './redis-server.ts'

/** A redis-server for the tests of a file, empty before each of them, and a client of it. */
export interface TestRedis {
  readonly redis: Redis
  readonly server: RedisServer
}

export function useRedis(): TestRedis {
  let server: RedisServer
  let redis: Redis
  beforeAll(async () => {
    server = await startRedisServer()
    redis = new Redis(server.url)
  })
  beforeEach(() => redis.flushall())
  afterAll(async () => {
    redis.disconnect()
    await server.stop()
  })
  return {
    get redis() {
      return redis
    },
    get server() {
      return server
    },
  }
}

/** Where a URL leads, as a configuration has it. */
export function targetOf(url: string): RedisTarget {
  const redis = parseRedisUrl(url)
  if (redis.kind === 'embedded') throw new Error('a URL is of a Redis of its own')
  return redis
}
