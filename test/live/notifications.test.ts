import { setImmediate as nextTurn } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { isCluster, type RedisType } from '../../src/kairos/index.ts'
import { Listener } from '../../src/live/listener.ts'
import { type Doubt, Notifications } from '../../src/live/notifications.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

/** Milliseconds within which windows are current again, once Redis answers. */
const RECOVERED = 2000
/** On a machine that does other things, too. */
const SLACK = 500

interface TestListener {
  readonly notifications: Notifications
  /** the main connection */
  readonly redis: Redis
  readonly keys: string[]
  readonly doubts: Doubt[]
  /** all that was logged, by level */
  readonly warnings: string[]
  readonly log: string[]
  readonly beats: number
  /** Resolves once there is another doubt of this kind. */
  doubtOf(reason: Doubt): Promise<void>
  /** Resolves once Redis tells of what is written to this key, which is listened to from now on. */
  hears(key: string): Promise<void>
}

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close()
})

async function connect(url: string): Promise<Redis> {
  const quiet = () => {}
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  const redis = await connectRedis({ target: { url }, shown: 'here', log, name: 'test' })
  closers.push(() => redis.disconnect())
  if (isCluster(redis)) throw new Error('these tests are of one server')
  return redis
}

/** Not started yet. */
async function createListener(url: string, types: readonly RedisType[] = ['string']): Promise<TestListener> {
  const redis = await connect(url)
  const keys: string[] = []
  const doubts: Doubt[] = []
  const warnings: string[] = []
  const lines: string[] = []
  const write = (text: string) => void lines.push(text)
  const warn = (text: string) => void warnings.push(text)
  const notifications = new Notifications({
    redis,
    pattern: 'data:*',
    types: new Set(types),
    bookkeeping: () => '__ours:',
    log: { debug: write, info: write, warn, error: warn },
  })
  closers.push(() => notifications.close())
  notifications.on('key', (key) => keys.push(key))
  notifications.on('doubt', (reason) => doubts.push(reason))
  let beats = 0
  notifications.on('beat', () => {
    beats += 1
  })
  return {
    notifications,
    redis,
    keys,
    doubts,
    warnings,
    log: lines,
    get beats() {
      return beats
    },
    async doubtOf(reason) {
      const before = doubts.length
      await vi.waitFor(() => expect(doubts.slice(before)).toContain(reason), { timeout: 10_000, interval: 5 })
    },
    async hears(key) {
      await notifications.listen([key])
      await redis.set(key, 'x')
      await vi.waitFor(() => expect(keys).toContain(key), { timeout: 5000, interval: 5 })
    },
  }
}

async function startListener(url: string, types?: readonly RedisType[]): Promise<TestListener> {
  const listener = await createListener(url, types)
  await listener.notifications.start()
  return listener
}

async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const began = performance.now()
  await promise
  expect(performance.now() - began).toBeLessThan(milliseconds)
}

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 10 })

/** Redis as another client sees it, over a connection that is never lost. */
async function channelsOf(admin: Redis): Promise<{ exact: number; patterns: number }> {
  const exact = (await admin.pubsub('CHANNELS', '__keyspace@*data:*')) as unknown[]
  return { exact: exact.length, patterns: Number(await admin.pubsub('NUMPAT')) }
}

const settingOf = async (redis: Redis) =>
  ((await redis.config('GET', 'notify-keyspace-events')) as string[])[1] ?? ''

const cut = (admin: Redis) => admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')

describe('with one Redis for all tests', () => {
  let server: RedisServer
  let admin: Redis
  beforeAll(async () => {
    server = await startRedisServer()
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    admin = await connect(server.url)
    // One by one: Redis 6.2 takes no more at once.
    for (const [setting, value] of Object.entries({
      'notify-keyspace-events': '',
      maxmemory: '0',
      appendonly: 'no',
    }))
      await admin.config('SET', setting, value)
    await admin.flushall()
  })

  describe('what is told', () => {
    test('a key that is listened to is named, whoever writes, deletes or renames it, and no other', async () => {
      const { notifications, keys } = await startListener(server.url, ['string', 'list', 'hash', 'set'])
      await notifications.listen(['data:a', 'data:b', 'data:c', 'data:d'])
      const told = async (key: string, change: () => Promise<unknown>) => {
        keys.length = 0
        await change()
        await until(() => expect(keys).toContain(key))
        expect(new Set(keys)).toEqual(new Set([key]))
      }
      await told('data:a', () => admin.set('data:a', 1))
      await told('data:b', () => admin.rpush('data:b', 1))
      await told('data:c', () => admin.hset('data:c', 'field', 1))
      await told('data:d', () => admin.sadd('data:d', 1))
      await told('data:a', () => admin.rename('data:a', 'data:other'))
      await told('data:b', () => admin.del('data:b', 'data:other'))
      await told('data:d', () => admin.move('data:d', 1))
      keys.length = 0
      await admin.pexpire('data:c', 1)
      await until(async () => expect(await admin.exists('data:c')).toBe(0))
      await until(() => expect(keys).toEqual(['data:c', 'data:c'])) // that it will expire, and that it has
    })

    test('of a database other than the first', async () => {
      const { hears, redis, keys } = await startListener(`${server.url}/5`)
      await hears('data:x')
      await admin.set('data:x', 1) // in the first
      keys.length = 0
      await redis.set('data:x', 1)
      await until(() => expect(keys).toEqual(['data:x']))
    })

    test('until the last who listens does so no more', async () => {
      const { notifications, keys, hears } = await startListener(server.url)
      await hears('data:other')
      await notifications.listen(['data:x'])
      await notifications.listen(['data:x'])
      notifications.unlisten(['data:x'])
      await until(async () => expect(await channelsOf(admin)).toMatchObject({ exact: 2 }))
      await admin.set('data:x', 1)
      await until(() => expect(keys).toContain('data:x'))
      notifications.unlisten(['data:x'])
      await until(async () => expect(await channelsOf(admin)).toMatchObject({ exact: 1 }))
      await hears('data:last')
      notifications.unlisten(['data:other', 'data:last'])
      await until(async () => expect(await channelsOf(admin)).toMatchObject({ exact: 0 }))
    })

    test('over a connection like the main one: user, database and name', async () => {
      await admin.call('ACL', 'SETUSER', 'other', 'on', '>secret', '~*', '&*', '+@all')
      await startListener(`${server.url.replace('//', '//other:secret@')}/7`)
      const clients = String(await admin.client('LIST', 'TYPE', 'PUBSUB'))
        .trim()
        .split('\n')
      expect(clients).toEqual([expect.stringMatching(/ name=test .* db=7 .* user=other /)])
    })

    test('values are never logged, nor keys', async () => {
      const { log, hears } = await startListener(server.url)
      await hears('data:secret')
      await admin.set('data:secret', 'secret')
      await cut(admin)
      await until(() => expect(log.join('\n')).toContain('connected'))
      expect(log.join('\n')).not.toContain('secret')
    })

    test('any number may listen at once without a warning', async () => {
      const { notifications } = await startListener(server.url)
      const warned: Error[] = []
      const onWarning = (warning: Error) => warned.push(warning)
      process.on('warning', onWarning)
      await Promise.all(Array.from({ length: 100 }, (_, i) => notifications.listen([`data:${i}`])))
      process.off('warning', onWarning)
      expect(warned).toEqual([])
      expect(await channelsOf(admin)).toMatchObject({ exact: 100 })
    })
  })

  describe('many keys', () => {
    const many = Array.from({ length: 6000 }, (_, i) => `data:${i}`)

    test('are listened to with one pattern, and with a channel each when they are few again; none is missed meanwhile', async () => {
      const { notifications, hears, keys, doubts } = await startListener(server.url)
      await hears('data:counted')
      keys.length = 0
      doubts.length = 0
      let over = false
      let written = 0
      const writing = (async () => {
        for (; !over; written += 1) await admin.set('data:counted', written)
      })()
      await notifications.listen(many)
      await until(async () => expect(await channelsOf(admin)).toEqual({ exact: 0, patterns: 1 }))
      notifications.unlisten(many.slice(3000))
      await hears('data:2999')
      expect(await channelsOf(admin)).toEqual({ exact: 0, patterns: 1 }) // it would come and go
      notifications.unlisten(many.slice(100, 3000))
      await until(async () => expect(await channelsOf(admin)).toEqual({ exact: 102, patterns: 0 }))
      over = true
      await writing
      await hears('data:last')
      expect(written).toBeGreaterThan(0)
      expect(keys.filter((key) => key === 'data:counted').length).toBeGreaterThanOrEqual(written)
      expect(doubts).toEqual([])
    })

    test('have a channel each where a user may not listen to patterns', async () => {
      const grants = ['on', '>secret', '~*', '+@all', 'resetchannels', '&__keyspace@0__:*']
      await admin.call('ACL', 'SETUSER', 'exact', ...grants)
      const { notifications, hears, warnings } = await startListener(
        server.url.replace('//', '//exact:secret@'),
      )
      await notifications.listen(many)
      expect(await channelsOf(admin)).toEqual({ exact: 6000, patterns: 0 })
      await hears('data:5999')
      expect(warnings).toEqual([])
      expect(notifications.trouble).toBeUndefined()
    })

    test('are all listened to again when the connection was cut', async () => {
      const { notifications, doubtOf, hears } = await startListener(server.url)
      await notifications.listen(many.slice(0, 4000))
      const doubt = doubtOf('connected')
      await cut(admin)
      await doubt
      expect(await channelsOf(admin)).toEqual({ exact: 4000, patterns: 0 })
      await notifications.listen(many)
      await until(async () => expect(await channelsOf(admin)).toEqual({ exact: 0, patterns: 1 }))
      const again = doubtOf('connected')
      await cut(admin)
      await again
      expect(await channelsOf(admin)).toEqual({ exact: 0, patterns: 1 })
      await hears('data:5999')
    })
  })

  describe('classes of events', () => {
    test('only those that the types need are switched on, beside those of others', async () => {
      await admin.config('SET', 'notify-keyspace-events', 'Ez')
      await startListener(server.url, ['list'])
      expect([...(await settingOf(admin))].sort().join('')).toBe([...'Egxelz', 'K'].sort().join(''))
    })

    test.each(['AK', 'KEA', 'Kgxe$lsh'])('nothing is set where all are on by %s', async (flags) => {
      await admin.config('SET', 'notify-keyspace-events', flags)
      const before = await settingOf(admin)
      await admin.config('RESETSTAT')
      const { hears } = await startListener(server.url, ['string', 'list', 'hash', 'set'])
      await hears('data:x')
      expect(await settingOf(admin)).toBe(before)
      expect(await admin.info('commandstats')).not.toContain('config|set')
    })

    test('A does not stand for K', async () => {
      await admin.config('SET', 'notify-keyspace-events', 'AE')
      const { hears } = await startListener(server.url)
      await hears('data:x')
      expect([...(await settingOf(admin))].sort().join('')).toBe('AEK')
    })

    test.each(['', 'K$', 'KE'])(
      'switched off by another client to "%s" they are on again, with a doubt',
      async (flags) => {
        const { doubtOf, hears, notifications, warnings } = await startListener(server.url, [
          'string',
          'hash',
        ])
        await hears('data:x')
        const doubt = doubtOf('switched-off')
        await admin.config('SET', 'notify-keyspace-events', flags)
        await within(RECOVERED, doubt)
        await hears('data:y')
        for (const flag of 'Kgxe$h') expect(await settingOf(admin)).toContain(flag)
        expect(notifications.trouble).toBeUndefined()
        expect(warnings).toEqual([])
      },
    )

    test('switched off and on again between two beats there is a doubt all the same', async () => {
      const { doubtOf, hears } = await startListener(server.url)
      await hears('data:x')
      const doubt = doubtOf('switched-off')
      const before = await settingOf(admin)
      await admin.config('SET', 'notify-keyspace-events', '')
      await admin.config('SET', 'notify-keyspace-events', before)
      await within(RECOVERED, doubt)
    })
  })

  describe('where Redis refuses', () => {
    const limited = () => server.url.replace('//', '//limited:secret@')
    const grant = (...rules: string[]) => admin.call('ACL', 'SETUSER', 'limited', ...rules)
    beforeEach(async () => {
      await grant('reset', 'on', '>secret', '~*', '&*', '+@all')
    })

    test('CONFIG, that is said once with what to do, and told as trouble; when it is done, there is a doubt and no trouble', async () => {
      await grant('-config')
      const { notifications, warnings, doubtOf } = await startListener(limited(), ['list', 'hash'])
      expect(warnings).toEqual([expect.stringContaining('set notify-keyspace-events to Kgxelh')])
      expect(warnings[0]).toContain(notifications.trouble)
      await notifications.listen(['data:x'])
      const doubt = doubtOf('unheard')
      await admin.config('SET', 'notify-keyspace-events', 'Kgxelh')
      await within(RECOVERED, doubt)
      expect(notifications.trouble).toBeUndefined()
      expect(warnings).toHaveLength(1)
    })

    test('CONFIG SET alone, it is the same', async () => {
      await grant('-config|set')
      const { notifications, warnings } = await startListener(limited())
      expect(warnings).toEqual([expect.stringContaining('set notify-keyspace-events to Kgxe$')])
      expect(notifications.trouble).toBeDefined()
    })

    test('CONFIG, but somebody has switched on what is needed, there is no trouble', async () => {
      await grant('-config')
      await admin.config('SET', 'notify-keyspace-events', 'Kgxelsh$')
      const { notifications, warnings, hears } = await startListener(limited(), [
        'string',
        'list',
        'hash',
        'set',
      ])
      await hears('data:x')
      expect(notifications.trouble).toBeUndefined()
      expect(warnings).toEqual([])
    })

    test.each(['', 'Kg', 'Kl', 'Kgxel', 'Kxelhs$'])(
      'CONFIG, what is switched off to "%s" is found out, whichever class is missing, and when it is on again',
      async (flags) => {
        await grant('-config')
        await admin.config('SET', 'notify-keyspace-events', 'Kgxelsh')
        const { notifications, warnings, hears, doubtOf } = await startListener(limited(), [
          'list',
          'hash',
          'set',
        ])
        await notifications.listen(['data:x'])
        expect(notifications.trouble).toBeUndefined()
        const doubt = doubtOf('unheard')
        await admin.config('SET', 'notify-keyspace-events', flags)
        await within(RECOVERED, doubt)
        expect(notifications.trouble).toContain('set notify-keyspace-events')
        const again = doubtOf('unheard')
        await admin.config('SET', 'notify-keyspace-events', 'Kgxelsh$')
        await within(RECOVERED, again)
        expect(notifications.trouble).toBeUndefined()
        await hears('data:y')
        expect(warnings).toHaveLength(1)
      },
    )

    test('CONFIG no more, it is switched on as soon as that is granted', async () => {
      await grant('-config')
      const { notifications, hears, doubtOf, warnings } = await startListener(limited())
      await notifications.listen(['data:x'])
      const doubt = doubtOf('unheard')
      await grant('+config')
      await doubt
      expect(notifications.trouble).toBeUndefined()
      await hears('data:y')
      expect(warnings).toHaveLength(1)
    })

    test('channels, that is said once with what to grant, nobody waits, and it does not connect in a loop', async () => {
      await grant('resetchannels')
      const listener = await startListener(limited())
      const { notifications, warnings, doubtOf, hears } = listener
      expect(warnings).toEqual([expect.stringContaining('&__keyspace@0__:*')])
      await within(1000, notifications.listen(['data:x']))
      const connections = async () =>
        Number(/total_connections_received:(\d+)/.exec(await admin.info('stats'))?.[1])
      const before = await connections()
      await until(() => expect(listener.beats).toBeGreaterThan(2))
      expect(await connections()).toBe(before)
      expect(notifications.trouble).toContain('&__keyspace@0__:*')
      const doubt = doubtOf('unheard')
      await grant('&*')
      await doubt
      expect(notifications.trouble).toBeUndefined()
      await hears('data:y')
      expect(warnings).toHaveLength(1)
    })

    test('channels to one who had them, that is found out, and said', async () => {
      const { notifications, warnings, hears, doubtOf } = await startListener(limited())
      await hears('data:x')
      const doubt = doubtOf('unheard')
      await grant('resetchannels')
      await within(RECOVERED + SLACK, doubt)
      expect(notifications.trouble).toContain('&__keyspace@0__:*')
      await until(() => expect(warnings).toHaveLength(1))
    })
  })

  describe('doubt', () => {
    test.each(['flushdb', 'flushall'] as const)('comes of %s, to every server', async (command) => {
      const listeners = await Promise.all([startListener(server.url), startListener(server.url)])
      await Promise.all(listeners.map(({ hears }, i) => hears(`data:${i}`)))
      const doubts = Promise.all(listeners.map(({ doubtOf }) => doubtOf('flushed')))
      await admin[command]()
      await within(RECOVERED, doubts)
    })

    test('comes of nothing but a reason', async () => {
      const listener = await startListener(server.url, ['string', 'list', 'hash', 'set'])
      await listener.hears('data:x')
      await until(() => expect(listener.beats).toBe(1)) // which finds what was switched on for us
      listener.doubts.length = 0
      await until(() => expect(listener.beats).toBe(5))
      expect(listener.doubts).toEqual([])
    })

    test('comes of a connection that was cut, when all is listened to again', async () => {
      const { hears, doubtOf, keys } = await startListener(server.url)
      await hears('data:x')
      const doubt = doubtOf('connected')
      await cut(admin)
      await within(1000, doubt)
      keys.length = 0
      await admin.set('data:x', 1)
      await until(() => expect(keys).toEqual(['data:x']))
    })

    test('comes of a pause of this process', async () => {
      const { hears, doubtOf } = await startListener(server.url)
      await hears('data:x')
      const doubt = doubtOf('paused')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3500)
      await within(RECOVERED, doubt)
    })
  })

  describe('a beat', () => {
    test('comes once a second while a key is listened to; otherwise nothing is written', async () => {
      const idle = await startListener(server.url)
      const [idleCanary = ''] = await admin.keys('__ours:live-canary:*')
      const listener = await startListener(server.url)
      await listener.notifications.listen(['data:x'])
      await until(() => expect(listener.beats).toBe(3))
      expect(idle.beats).toBe(0)
      expect(await admin.pttl(idleCanary)).toBeLessThan(5000 - 2000)
      listener.notifications.unlisten(['data:x'])
      await until(async () => expect(await admin.keys('__ours:live-canary:*')).toEqual([]))
      expect(listener.beats).toBeLessThanOrEqual(4)
    })

    test('that Redis cannot write, as its memory is full, is no trouble', async () => {
      const listener = await startListener(server.url)
      const { hears, notifications, doubts } = listener
      await hears('data:x')
      await admin.config('SET', 'maxmemory', '1')
      const { beats } = listener
      await until(() => expect(listener.beats).toBe(beats + 2)) // the first has found that a setting was altered
      doubts.length = 0
      await until(() => expect(listener.beats).toBe(beats + 4))
      expect([notifications.trouble, doubts]).toEqual([undefined, []])
    })

    test('leaves no key behind but the epoch', async () => {
      const { notifications, hears, redis } = await startListener(server.url, [
        'string',
        'list',
        'hash',
        'set',
      ])
      await hears('data:x')
      await redis.del('data:x')
      notifications.unlisten(['data:x'])
      await until(async () => expect(await admin.keys('*')).toEqual(['__ours:live-epoch']))
    })

    test.each([
      ['with CONFIG', 'default', ''],
      ['without', 'limited', '-config'],
    ])('%s adds little to the append-only file', async (_, user, rule) => {
      await admin.call(
        'ACL',
        'SETUSER',
        'limited',
        'reset',
        'on',
        '>secret',
        '~*',
        '&*',
        '+@all',
        ...(rule ? [rule] : []),
      )
      await admin.config('SET', 'notify-keyspace-events', 'KA')
      await admin.config('SET', 'appendonly', 'yes')
      const url = user === 'default' ? server.url : server.url.replace('//', '//limited:secret@')
      const listener = await startListener(url, ['string', 'list', 'hash', 'set'])
      await listener.notifications.listen(['data:x'])
      const size = async () => Number(/aof_current_size:(\d+)/.exec(await admin.info('persistence'))?.[1])
      await until(async () => {
        expect(await admin.info('persistence')).toContain('aof_rewrite_in_progress:0')
        expect(listener.beats).toBeGreaterThan(0)
      })
      const [before, first] = [await size(), listener.beats]
      await until(() => expect(listener.beats).toBe(first + 4))
      const perBeat = ((await size()) - before) / 4
      expect(perBeat).toBeGreaterThan(0)
      expect(perBeat).toBeLessThan(user === 'default' ? 150 : 700)
    })
  })
})

describe('with a Redis of its own', () => {
  test('one that is paused is not silent: when it goes on, nothing was missed', async () => {
    const server = await startRedisServer()
    closers.push(() => void server.stop())
    const { hears, notifications, redis, keys, doubts } = await startListener(server.url)
    await hears('data:x')
    doubts.length = 0
    process.kill(server.pid, 'SIGSTOP')
    const blocked = redis.set('data:x', 1)
    keys.length = 0
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
    await until(() => expect(doubts).toEqual([]))
    const refusal = notifications.listen(['data:new'])
    await expect(refusal).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    process.kill(server.pid, 'SIGCONT')
    await within(1000, blocked)
    await until(() => expect(keys).toEqual(['data:x']))
    expect(doubts).toEqual([])
    await hears('data:new')
  })

  test('one that starts again on the same port, having forgotten what was switched on, tells again within two seconds', async () => {
    const server = await startRedisServer()
    const { hears, doubtOf, notifications, keys, redis } = await startListener(server.url)
    await hears('data:x')
    await server.kill()
    await until(() => expect(notifications.trouble).toContain('lost'))
    await until(() => expect(redis.status).toBe('reconnecting'))
    const doubt = doubtOf('connected')
    const again = await startRedisServer(['--port', String(server.port)])
    closers.push(() => void again.stop())
    await within(RECOVERED, doubt)
    const admin = await connect(server.url)
    keys.length = 0
    await admin.set('data:x', 1)
    await until(() => expect(keys).toEqual(['data:x']))
    await until(() => expect(notifications.trouble).toBeUndefined())
  })

  test.each([
    ['', 1],
    ['KA', 0],
  ])('one without the command CONFIG that tells "%s" is warned of %i times', async (flags, times) => {
    const server = await startRedisServer([
      '--rename-command',
      'CONFIG',
      '',
      '--notify-keyspace-events',
      flags,
    ])
    closers.push(() => void server.stop())
    const listener = await startListener(server.url)
    await listener.notifications.listen(['data:x'])
    await until(() => expect(listener.beats).toBe(3))
    expect(listener.warnings).toHaveLength(times)
    expect(listener.notifications.trouble === undefined).toBe(times === 0)
  })

  test('without one, start is over within two seconds; and when there is one, everything is listened to', async () => {
    const server = await startRedisServer()
    const { notifications, doubtOf, hears } = await createListener(server.url)
    process.kill(server.pid, 'SIGSTOP')
    await within(RECOVERED + SLACK, notifications.start())
    const doubt = doubtOf('connected')
    process.kill(server.pid, 'SIGCONT')
    await within(RECOVERED, doubt)
    await hears('data:x')
    await server.stop()
  })
})

describe('with a network between', () => {
  let server: RedisServer
  let admin: Redis
  beforeEach(async () => {
    server = await startRedisServer()
    admin = await connect(server.url)
  })
  afterEach(() => server.stop())

  test('a connection over which nothing comes any more is given up within two seconds, and all is listened to again', async () => {
    const proxy = await startTcpProxy(server.port)
    const { hears, doubtOf, keys, doubts } = await startListener(`redis://127.0.0.1:${proxy.port}`)
    await hears('data:x')
    keys.length = 0
    const doubt = doubtOf('silent')
    proxy.freeze('subscribe')
    await admin.set('data:x', 'unheard')
    await within(RECOVERED, doubt)
    expect(keys).toEqual([])
    await until(() => expect(doubts.at(-1)).toBe('connected'))
    await admin.set('data:x', 'heard')
    await until(() => expect(keys).toEqual(['data:x']))
    await proxy.stop()
  })

  test('a connection for commands over which nothing comes any more is given up, too, and what waits for it fails', async () => {
    const proxy = await startTcpProxy(server.port)
    const { hears, redis, doubts } = await startListener(`redis://127.0.0.1:${proxy.port}`)
    await hears('data:x')
    doubts.length = 0
    proxy.freeze('live-epoch')
    const waiting = redis.get('data:x')
    await within(
      RECOVERED,
      waiting.catch(() => {}),
    )
    await expect(waiting).rejects.toThrow()
    await until(async () => expect(await redis.ping()).toBe('PONG'))
    expect(doubts).not.toContain('silent')
    await proxy.stop()
  })

  test('a connection that is lost while it is made ready does not count as one over which changes are heard', async () => {
    const proxy = await startTcpProxy(server.port)
    const url = `redis://127.0.0.1:${proxy.port}`
    const redis = await connect(server.url)
    const subscriber = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResubscribe: false,
      retryStrategy: () => 10,
    })
    closers.push(() => subscriber.disconnect())
    const config = subscriber.config.bind(subscriber) as (...args: unknown[]) => Promise<unknown>
    const asked = vi.spyOn(subscriber, 'config').mockImplementation(async (...args: unknown[]) => {
      const reply = await config(...args)
      if (args[0] === 'SET') {
        subscriber.stream.destroy()
        void proxy.stop()
        await nextTurn() // it is told when listening begins, and before anything is sent
      }
      return reply
    })
    const quiet = () => {}
    const listener = new Listener({
      redis: () => redis,
      subscriber,
      db: 0,
      pattern: 'data:*',
      types: new Set(['string']),
      bookkeeping: '__ours:',
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    })
    closers.push(() => listener.close())
    const doubts: Doubt[] = []
    listener.on('doubt', (reason) => doubts.push(reason))
    listener.start()
    await until(() => expect(asked.mock.settledResults.at(-1)?.type).toBe('fulfilled'))
    await until(() => expect(subscriber.status).toBe('reconnecting'))
    expect([listener.isConnected, doubts]).toEqual([false, []])
  })

  test('a Redis that is busy keeps its connections', async () => {
    const proxy = await startTcpProxy(server.port)
    const { hears, redis, doubts } = await startListener(`redis://127.0.0.1:${proxy.port}`)
    await hears('data:x')
    doubts.length = 0
    const { made } = proxy
    const script =
      "local t = redis.call('TIME'); local n = t; while n[1] - t[1] < 3 do n = redis.call('TIME') end return 'done'"
    expect(await redis.eval(script, 0)).toBe('done')
    expect(proxy.made).toBe(made)
    expect(doubts).not.toContain('silent')
    await proxy.stop()
  })

  test('a connection that is late, as much comes over it, is not silent', async () => {
    const proxy = await startTcpProxy(server.port)
    const listener = await startListener(`redis://127.0.0.1:${proxy.port}`)
    await listener.hears('data:x')
    proxy.delay('subscribe', 1200)
    listener.doubts.length = 0
    let over = false
    const writing = (async () => {
      while (!over) {
        await admin.set('data:x', 1)
        await admin.brpop('nothing', 0.02)
      }
    })()
    const { beats } = listener
    await until(() => expect(listener.beats).toBe(beats + 5))
    over = true
    await writing
    expect(listener.doubts.filter((reason) => reason !== 'switched-off')).toEqual([])
    expect(listener.notifications.trouble).toBeUndefined()
    await proxy.stop()
  })

  test('attempts that hang are given up, so that the next succeeds within two seconds', async () => {
    const proxy = await startTcpProxy(server.port)
    const { hears, doubtOf, notifications } = await startListener(`redis://127.0.0.1:${proxy.port}`)
    await hears('data:x')
    proxy.freezeNew()
    const { made } = proxy
    proxy.freeze('subscribe')
    await until(() => expect(proxy.made).toBeGreaterThan(made + 1))
    expect(notifications.trouble).toContain('lost')
    const doubt = doubtOf('connected')
    proxy.thaw()
    await within(RECOVERED, doubt)
    await hears('data:y')
    await proxy.stop()
  })
})
