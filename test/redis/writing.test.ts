import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { type LayoutName, type SeriesType, Timeseries } from '../../src/kairos/index.ts'
import { useRedis } from '../support/redis-client.ts'

const NOON = 1_795_435_200
const on = useRedis()

describe.each(['kairos', 'packed'] as const)('in layout %s', (layout: LayoutName) => {
  const open = <const T extends SeriesType>(type: T, redis: Redis = on.redis) =>
    new Timeseries(redis, {
      type,
      prefix: 'w',
      layout,
      read: Number,
      intervals: { minute: { step: 60, steps: 100 }, hour: { step: 3600, steps: 100, resolution: 600 } },
      clock: () => NOON,
    })
  const totals = async (name: string) => {
    const timeseries = open('count')
    const minute = await timeseries.get(name, 'minute')
    const hour = await timeseries.get(name, 'hour', { condensed: true })
    return [minute.get(NOON), hour.get(NOON)]
  }
  /** Puts a key of a foreign type where the hour's data belong. */
  const spoil = async (name: string) => {
    await open('count').insert(name, 1)
    const keys = await on.redis.keys(layout === 'kairos' ? `w:${name}:hour:*:*` : `w:{${name}}:hour:*`)
    for (const key of keys) await on.redis.multi().del(key).hset(key, 'x', 'y').exec()
  }

  test('all intervals of an insert are written, or none', async () => {
    await spoil('a')
    await expect(open('count').insert('a', 5)).rejects.toMatchObject({ code: 'TYPE_MISMATCH' })
    expect((await open('count').get('a', 'minute')).get(NOON)).toBe(1)
  })

  test('all series of a batch are written, or none', async () => {
    await spoil('bad')
    const inserts = ['good', 'bad', 'better'].map((name) => ({ name }))
    await expect(open('count').insertMany(inserts)).rejects.toMatchObject({ code: 'TYPE_MISMATCH' })
    expect(await open('count').names()).toEqual(['bad'])
  })

  test('a key of ours that holds something else spoils nothing but what needs it', async () => {
    if (layout === 'packed') await on.redis.set('w:{bad}:minute', 'x')
    else await on.redis.set(`w:bad:hour:${NOON / 3600}`, 'x')
    const timeseries = open('count')
    const outcomes = await Promise.allSettled([
      timeseries.insert('good', 1),
      timeseries.insert('better', 1, { id: 'x' }),
      timeseries.insert('bad', 1),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(await totals('good')).toEqual([1, 1])
    expect(await on.redis.keys('w:*bad*')).toHaveLength(1)
  })

  test('a number that Redis would not take is foreign, and nothing is written', async () => {
    await open('count').insert('a', 1)
    const [key = ''] = await on.redis.keys(layout === 'kairos' ? 'w:a:hour:*:*' : 'w:{a}:hour:*:*')
    if (layout === 'packed') return expect(key).toBe('') // there are no such numbers there
    for (const text of ['1e-5000', ' 1', '0x10', 'nan', '1'.repeat(6000), '']) {
      await on.redis.set(key, text)
      await expect(open('count').insert('a', 0.5), text.slice(0, 10)).rejects.toMatchObject({
        code: 'TYPE_MISMATCH',
      })
      expect((await open('count').get('a', 'minute')).get(NOON)).toBe(1)
    }
  })

  test('any number of inserts in one turn is written', async () => {
    const timeseries = open('count')
    const names = Array.from({ length: 60_000 }, (_, i) => `s${i % 20_000}`)
    const results = await Promise.all(names.map((name) => timeseries.insert(name, 1)))
    expect(results.every(({ inserted }) => inserted === 1)).toBe(true)
    expect(await totals('s19999')).toEqual([3, 3])
  })

  test('commands keep their order where Redis does not know the script yet', async () => {
    await on.redis.call('SCRIPT', 'FLUSH')
    const client = new Redis(on.server.url)
    const timeseries = open('count', client)
    const inserted = timeseries.insert('a', 5)
    const read = timeseries.get('a', 'minute')
    const deleted = timeseries.delete('a')
    await inserted
    expect((await read).get(NOON)).toBe(5)
    expect(await deleted).toBe(1)
    expect(await totals('a')).toEqual([0, 0])
    client.disconnect()
  })

  test('of inserts that go together each has its own fate', async () => {
    await spoil('bad')
    await open('count').insert('full', 2 ** 53 - 1)
    const timeseries = open('count')
    const names = ['good', 'bad', 'good', 'full', 'better']
    const outcomes = await Promise.allSettled([
      ...names.map((name) => timeseries.insert(name, 2)),
      timeseries.insert('good', 3, { id: 'x' }),
      timeseries.insert('good', 3, { id: 'x' }),
      timeseries.insert('good', 4, { id: 'x' }),
    ])
    expect(
      outcomes.map((outcome) => ('reason' in outcome ? outcome.reason.code : outcome.value.duplicate)),
    ).toEqual([false, 'TYPE_MISMATCH', false, 'BAD_USER_INPUT', false, false, true, 'BAD_USER_INPUT'])
    expect(await totals('good')).toEqual([7, 7])
    expect(await totals('better')).toEqual([2, 2])
    expect(await totals('full')).toEqual([2 ** 53 - 1, 2 ** 53 - 1])
  })

  test('inserts of one turn of the event loop are one command', async () => {
    const timeseries = open('count')
    await timeseries.insert('warm', 1)
    const before = await commands()
    await Promise.all(Array.from({ length: 100 }, (_, i) => timeseries.insert(`s${i % 7}`, 1)))
    expect((await commands()) - before).toBe(1)
    expect(await totals('s0')).toEqual([15, 15])
  })

  test('the last gauge in the order of the calls wins, with an id or without', async () => {
    const timeseries = open('gauge')
    await Promise.all([
      timeseries.insert('g', 1),
      timeseries.insert('g', 2, { id: 'a' }),
      timeseries.insert('g', 3),
      timeseries.insert('g', 4, { id: 'b' }),
    ])
    expect((await timeseries.get('g', 'minute')).get(NOON)).toBe(4)
  })

  test('inserts act in the order of the calls, though one between them is at fault', async () => {
    await spoil('bad')
    const timeseries = open('gauge')
    const inserting = [
      timeseries.insert('bad', 0),
      timeseries.insert('g', 1),
      timeseries.insert('g', 2, { id: 'x' }),
      timeseries.insert('bad', 0),
      timeseries.insert('g', 3),
    ]
    const outcomes = await Promise.allSettled(inserting)
    expect(outcomes.map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    expect((await timeseries.get('g', 'minute')).get(NOON)).toBe(3)
  })

  test.each([
    [[2, 2 ** 53 - 1, -1], undefined],
    [[2 ** 53 - 1, 2, 1, -3], 2 ** 53 - 1],
    [[2 ** 53 - 1, -(2 ** 53 - 1), 0.5], 0.5],
  ])('the amounts %j add up to %s', async (amounts, sum) => {
    const inserting = open('count').insert('a', amounts)
    if (sum === undefined) await expect(inserting).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    else expect((await inserting).inserted).toBe(amounts.length)
    expect(await totals('a')).toEqual([sum ?? 0, sum ?? 0])
  })

  test('what is called after an insert comes after it', async () => {
    const timeseries = open('count')
    const inserted = timeseries.insert('a', 5)
    const read = timeseries.get('a', 'minute')
    const deleted = timeseries.delete('a')
    expect((await inserted).inserted).toBe(1)
    expect((await read).get(NOON)).toBe(5)
    expect(await deleted).toBe(1)
  })

  test('an insert is never sent twice, though its reply was lost', async () => {
    const client = anyClient()
    const timeseries = open('count', client)
    await timeseries.insert('warm', 1)
    const lost: unknown[] = []
    for (let i = 0; i < 20; i += 1) {
      // The reply is on its way when the connection goes: what was written is there, and nobody was told.
      const inserted = timeseries.insert('a', 1).catch((error) => lost.push(error))
      await client.ping().then(
        () => {},
        () => {},
      )
      const written = timeseries.insert('a', 1).catch((error) => lost.push(error))
      setImmediate(() => client.disconnect(true))
      await Promise.all([inserted, written])
    }
    const [minute = 0] = await totals('a')
    expect(minute).toBeLessThanOrEqual(40)
    expect(minute).toBeGreaterThanOrEqual(40 - lost.length)
    for (const error of lost) expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    client.disconnect()
  })

  test('with an id a value is there once, however often its connection was lost', async () => {
    const client = anyClient()
    const timeseries = open('count', client)
    const insertAnyhow = async (id: string): Promise<void> => {
      await timeseries.insert('a', 1, { id }).catch(() => insertAnyhow(id))
    }
    for (let i = 0; i < 100; i += 1) {
      const inserting = [`${i}`, `${i}`].map(insertAnyhow)
      await new Promise(setImmediate)
      await on.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      await Promise.all(inserting)
    }
    expect(await totals('a')).toEqual([100, 100])
    client.disconnect()
  })

  test('integers stay integers up to 2^53, and no sum goes beyond', async () => {
    const timeseries = open('count')
    await timeseries.insert('a', 2 ** 53 - 2)
    await timeseries.insert('a', 1)
    expect(await totals('a')).toEqual([2 ** 53 - 1, 2 ** 53 - 1])
    await expect(timeseries.insert('a', 1)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    await timeseries.insert('a', -(2 ** 53 - 1))
    expect(await totals('a')).toEqual([0, 0])
  })

  test.each([
    [0.1, 0.2],
    [1e-20, 3e-20],
    [1e15, 0.3],
    [-0.5, 0.25],
    [1e-300, 1e-301],
    [5e-324, 5e-324],
  ])('fractions %d and %d add up to what can be read back', async (a, b) => {
    const timeseries = open('count')
    await timeseries.insert('a', a)
    await timeseries.insert('a', b)
    const [minute = 0, hour = 0] = await totals('a')
    expect(Math.abs(minute - (a + b))).toBeLessThanOrEqual(Math.abs(a + b) * 1e-15)
    expect(Math.abs(hour - (a + b))).toBeLessThanOrEqual(Math.abs(a + b) * 1e-15)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -Number.POSITIVE_INFINITY, 1e16, '5', null, {}, true])(
    'a count of %s is refused, and nothing is written',
    async (value) => {
      const batch = [
        { name: 'a', value: 1 },
        { name: 'b', value },
      ]
      const refused = { code: 'BAD_USER_INPUT', faults: [{ index: 1, code: 'BAD_USER_INPUT' }] }
      await expect(open('count').insertMany(batch)).rejects.toMatchObject(refused)
      expect(await on.redis.keys('*')).toEqual([])
    },
  )

  test('a batch of as many values as one command takes is written, a larger one refused', async () => {
    const timeseries = open('series')
    await timeseries.insert(
      'a',
      Array.from({ length: 50_000 }, (_, i) => i),
    )
    expect((await timeseries.get('a', 'minute')).get(NOON)).toHaveLength(50_000)
    const tooMany = Array.from({ length: 600_000 }, (_, i) => i)
    await expect(timeseries.insert('b', tooMany)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await timeseries.names()).toEqual(['a'])
  })

  /** As ioredis is by default: what was not answered it sends again. */
  function anyClient(): Redis {
    const client = new Redis(on.server.url, { retryStrategy: () => 5 })
    client.on('error', () => {})
    return client
  }

  async function commands(): Promise<number> {
    const stats = await on.redis.info('commandstats')
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0)
  }
})
