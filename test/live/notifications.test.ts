import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Store } from '../../src/kairos/index.ts'
import { Live } from '../../src/live/index.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedisServer()
})
afterAll(() => server.stop())

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function startLive(
  url: string,
): Promise<{ redis: Redis; store: Store; live: Live; warnings: string[] }> {
  const warnings: string[] = []
  const quiet = () => {}
  const log = { debug: quiet, info: quiet, warn: (text: string) => warnings.push(text), error: quiet }
  const redis = await connectRedis({ target: { url }, shown: 'here', log, name: 'test' })
  const store = new Store(redis, {
    prefix: 'test',
    layout: 'packed',
    definitions: [
      {
        name: 'all',
        match: ['**'],
        type: 'count',
        values: 'float',
        intervals: [{ name: 'minute', step: 60, steps: 60 }],
      },
    ],
    limits: { maxBuckets: 1000, maxValues: 1000, maxInserts: 1000, maxValueLength: 1000 },
  })
  const live = new Live({ redis, store, log })
  closers.push(
    () => live.close(),
    () => redis.disconnect(),
  )
  return { redis, store, live, warnings }
}

test('where Redis grants no channels, live is late, says so once, and does not try in a loop', async () => {
  const admin = await startLive(server.url)
  await admin.redis.call('ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', '+@all', 'resetchannels')
  const { store, live, warnings } = await startLive(server.url.replace('//', '//limited:secret@'))
  const updates = await live.watch(store.select('x', 'minute'), { steps: 3 })
  expect((await updates.next()).value?.kind).toBe('SNAPSHOT')
  await store.insert({ name: 'x', value: 5 })
  for await (const { buckets } of updates) if (buckets.some(({ sum }) => sum === 5)) break
  expect(warnings).toEqual([expect.stringContaining('grant this user &__keyspace@*')])
  const [, connections] = /total_connections_received:(\d+)/.exec(await admin.redis.info('stats')) ?? []
  expect(Number(connections)).toBeLessThan(10)
})

test('any number of windows may be opened at once without a warning', async () => {
  const { store, live } = await startLive(server.url)
  const warnings: Error[] = []
  const onWarning = (warning: Error) => warnings.push(warning)
  process.on('warning', onWarning)
  await Promise.all(Array.from({ length: 30 }, (_, i) => live.watch(store.select(`x${i}`, 'minute'))))
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})
