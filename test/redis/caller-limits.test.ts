import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CallerLimits, Limiter } from '../../src/limits/index.ts'
import { useRedis } from '../support/redis-client.ts'
import { startRedisServer } from '../support/redis-server.ts'

const using = useRedis()
const OFF: CallerLimits = {
  maxRequestsPerSecond: null,
  maxSocketsPerAddress: null,
  maxSubscriptionsPerIdentity: null,
}
const ALICE = { address: '192.0.2.1', identity: { name: 'alice' } }
const BOB = { address: '192.0.2.1', identity: { name: 'bob' } }
const nobody = (address: string) => ({ address, identity: { name: null } })

let now: number
let open: Limiter[]
beforeEach(() => {
  now = 1_800_000_000
  open = []
})
afterEach(async () => {
  for (const each of open) await each.close()
})

function server(limits: Partial<CallerLimits>, redis: Redis = using.redis): Limiter {
  const made = new Limiter({
    redis,
    prefix: '__kairos:kairos:',
    limits: () => ({ ...OFF, ...limits }),
    clock: () => now,
  })
  open.push(made)
  return made
}

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 5000, interval: 20 })
const keys = async () => await using.redis.keys('*')
/** How many of so many requests are let through. */
const passed = (limits: Limiter, caller: Parameters<Limiter['request']>[0], requests: number) =>
  Array.from({ length: requests }, () => limits.request(caller)).filter((wait) => wait === undefined).length
const totalInRedis = async () => {
  const all = await Promise.all((await keys()).map((key) => using.redis.hvals(key)))
  return all.flat().reduce((sum, count) => sum + Number(count), 0)
}

describe('the rate of a caller', () => {
  test('is an average over ten seconds, so that a burst passes', () => {
    const limits = server({ maxRequestsPerSecond: 2 })
    expect(passed(limits, ALICE, 30)).toBe(20)
    expect(passed(limits, BOB, 30)).toBe(20)
  })

  test('is told when to come again, and then let in', () => {
    const limits = server({ maxRequestsPerSecond: 1 })
    expect(passed(limits, ALICE, 4)).toBe(4)
    now += 3.5
    expect(passed(limits, ALICE, 10)).toBe(6)
    const wait = limits.request(ALICE)
    expect(wait).toBe(7) // then the first four have gone
    now += (wait ?? 0) - 1
    expect(limits.request(ALICE)).toBe(1)
    now += 1
    expect(passed(limits, ALICE, 10)).toBe(4)
  })

  test('does not count what is refused', () => {
    const limits = server({ maxRequestsPerSecond: 1 })
    passed(limits, ALICE, 1000)
    now += 10
    expect(passed(limits, ALICE, 1000)).toBe(10)
  })

  test('below one a second is a rate, too', () => {
    const limits = server({ maxRequestsPerSecond: 0.1 })
    expect(passed(limits, ALICE, 5)).toBe(1)
    expect(limits.request(ALICE)).toBe(10)
  })

  test('is that over all servers', async () => {
    const [one, other] = [server({ maxRequestsPerSecond: 2 }), server({ maxRequestsPerSecond: 2 })]
    expect(passed(one, ALICE, 15)).toBe(15)
    await until(async () => expect(await totalInRedis()).toBe(15))
    expect(passed(other, ALICE, 1)).toBe(1) // it has not heard of her yet
    await until(async () => expect(await totalInRedis()).toBe(16))
    await until(() => expect(other.request(ALICE) === undefined ? passed(other, ALICE, 20) + 1 : 0).toBe(4))
    await until(async () => expect(await totalInRedis()).toBe(20))
    now += 10
    expect(passed(one, ALICE, 30)).toBe(20)
  })

  test('belongs to the address of who has no identity, of IPv6 to its network', () => {
    const limits = server({ maxRequestsPerSecond: 1 })
    expect(passed(limits, nobody('2001:db8::1'), 6)).toBe(6)
    expect(passed(limits, nobody('2001:db8::ffff'), 6)).toBe(4)
    expect(passed(limits, nobody('2001:db8:0:1::1'), 6)).toBe(6)
  })

  test('can be changed while it is in force', () => {
    const limits = { ...OFF, maxRequestsPerSecond: 1 }
    const changing = new Limiter({ redis: using.redis, prefix: 'x:', limits: () => limits, clock: () => now })
    open.push(changing)
    expect(passed(changing, ALICE, 30)).toBe(10)
    limits.maxRequestsPerSecond = 2
    expect(passed(changing, ALICE, 30)).toBe(10)
  })
})

describe('what a caller holds at once', () => {
  test('is at most so many, until it lets go', () => {
    const limits = server({ maxSubscriptionsPerIdentity: 2 })
    const [first, second] = [limits.subscribe(ALICE), limits.subscribe(ALICE)]
    expect([first, second]).not.toContain(undefined)
    expect(limits.subscribe(ALICE)).toBeUndefined()
    expect(limits.subscribe(BOB)).toBeDefined()
    first?.()
    first?.()
    expect(limits.subscribe(ALICE)).toBeDefined()
    expect(limits.subscribe(ALICE)).toBeUndefined()
  })

  test('sockets belong to an address, whoever it is', () => {
    const limits = server({ maxSocketsPerAddress: 1 })
    expect(limits.openSocket(ALICE.address)).toBeDefined()
    expect(limits.openSocket(BOB.address)).toBeUndefined()
  })

  test('is summed over all servers, and what is let go on one is free on another', async () => {
    const [one, other] = [server({ maxSocketsPerAddress: 3 }), server({ maxSocketsPerAddress: 3 })]
    const releases = [
      one.openSocket(ALICE.address),
      one.openSocket(ALICE.address),
      one.openSocket(ALICE.address),
    ]
    await until(async () => expect(await keys()).toHaveLength(1))
    other.openSocket(ALICE.address)?.()
    await until(() => {
      const release = other.openSocket(ALICE.address)
      release?.()
      expect(release).toBeUndefined()
    })
    for (const release of releases) release?.()
    await until(() => expect(other.openSocket(ALICE.address)).toBeDefined())
  })

  test('of a server that crashed is free after half a minute', async () => {
    const [crashed, other] = [server({ maxSocketsPerAddress: 1 }), server({ maxSocketsPerAddress: 1 })]
    crashed.openSocket(ALICE.address)
    await until(async () => expect(await keys()).toHaveLength(1))
    const [key = ''] = await keys()
    expect(await using.redis.ttl(key)).toBeGreaterThan(20)
    expect(await using.redis.ttl(key)).toBeLessThanOrEqual(30)
    const release = other.openSocket(ALICE.address)
    await until(async () => expect(await using.redis.hlen(key)).toBe(2))
    release?.()
    await until(() => expect(other.openSocket(ALICE.address)).toBeUndefined())
    now += 31
    await until(() => expect(other.openSocket(ALICE.address)).toBeDefined())
  })

  test('leaves nothing behind when a server ends in order', async () => {
    const limits = server({ maxSocketsPerAddress: 1 })
    const release = limits.openSocket(ALICE.address)
    await until(async () => expect(await keys()).toHaveLength(1))
    release?.()
    await limits.close()
    expect(await keys()).toEqual([])
  })
})

test('what is off is not counted, and Redis hears nothing of it', async () => {
  const limits = server({})
  expect(passed(limits, ALICE, 10_000)).toBe(10_000)
  expect(Array.from({ length: 1000 }, () => limits.openSocket(ALICE.address))).not.toContain(undefined)
  await limits.close()
  expect(await keys()).toEqual([])
})

test('keys say nothing of who it was, are ours, and expire', async () => {
  const limits = server({ maxRequestsPerSecond: 100, maxSubscriptionsPerIdentity: 100 })
  const hostile = { address: '192.0.2.1', identity: { name: '*\r\nFLUSHALL {x}:alice' } }
  limits.request(hostile)
  limits.subscribe(hostile)
  await until(async () => expect(await keys()).toHaveLength(2))
  for (const key of await keys()) {
    expect(key).toMatch(/^__kairos:kairos:\{limits\}:(requests|subscriptions):[\w-]+$/)
    expect(await using.redis.ttl(key)).toBeGreaterThan(0)
    expect(Object.keys(await using.redis.hgetall(key)).join()).toMatch(/^[\w-]+$/)
  }
})

test('however many addresses come, a server tells the others of a thousand at a time, the busiest first', async () => {
  const limits = server({ maxRequestsPerSecond: 100 })
  for (let i = 0; i < 50_000; i += 1) limits.request(nobody(`198.51.100.${i}`))
  passed(limits, ALICE, 5)
  await until(async () => expect(await keys()).toHaveLength(1))
  const [key = ''] = await keys()
  const counts = await using.redis.hvals(key)
  expect(counts).toContain('5')
  expect(counts.length).toBeLessThan(10_000)
})

test('without Redis each server goes on by itself, and with it they agree again', async () => {
  const lost = await startRedisServer()
  const clients = [0, 1].map(
    () => new Redis(lost.url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 }),
  )
  for (const client of clients) client.on('error', () => {})
  const [one, other] = clients.map((client) =>
    server({ maxRequestsPerSecond: 1, maxSocketsPerAddress: 2 }, client),
  )
  if (!one || !other) throw new Error('two servers')
  expect(passed(one, ALICE, 4)).toBe(4)
  await lost.kill()
  expect(passed(one, ALICE, 10)).toBe(6)
  expect(passed(other, ALICE, 20)).toBe(10)
  const release = one.openSocket(ALICE.address)
  expect(one.openSocket(ALICE.address)).toBeDefined()
  expect(one.openSocket(ALICE.address)).toBeUndefined()
  release?.()

  const back = await startRedisServer(['--port', String(lost.port)])
  const observer = new Redis(lost.url)
  await until(async () => expect(await observer.keys('*')).toHaveLength(2))
  other.openSocket(ALICE.address)
  await until(() => expect(other.openSocket(ALICE.address)).toBeUndefined())
  now += 5
  await until(() => expect(other.request(ALICE)).toBeGreaterThan(0))
  observer.disconnect()
  for (const client of clients) client.disconnect()
  await back.stop()
})

test('a server that ends does not wait for a Redis that hangs', async () => {
  const hanging = using.redis.duplicate()
  const limits = server({ maxRequestsPerSecond: 1 }, hanging)
  await using.redis.client('PAUSE', 60_000, 'WRITE')
  expect(passed(limits, ALICE, 1)).toBe(1)
  await limits.close()
  hanging.disconnect()
  await using.redis.client('UNPAUSE')
})
