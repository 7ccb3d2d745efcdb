import type { Redis } from 'ioredis'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { DefinitionOptions } from '../../src/kairos/index.ts'
import { useRedis } from '../support/redis-client.ts'
import { LAYOUTS, rule, storeOf } from '../support/stores.ts'

const on = useRedis()
let redis: Redis
beforeAll(() => {
  redis = on.redis
})

const anything = (options: Partial<DefinitionOptions> = {}) => rule('anything', { match: ['**'], ...options })

const NOON = 1_800_000_000

/** Names that mean something to globs, to hash tags, to Lua, to URLs or to quotes. */
const ODD = [
  'a',
  'a.b',
  'a*',
  'a?',
  '*',
  '**',
  '[a]',
  '[^a]',
  'a\\',
  'a\\*',
  '{a}',
  '{{a}}',
  '}{',
  '{',
  '%7Ba%7D',
  '%',
  '%25',
  '%d',
  ' a',
  'a b',
  '"a"',
  "'a'",
  '.a.',
  '..',
  'ä',
  'a\u0308',
  '～',
  '😀',
  '(a',
  '-',
  '+',
  '__proto__',
  '$1',
]

const byCodePoints = (names: readonly string[]) =>
  [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

describe.each(LAYOUTS)('in layout %s', (layout) => {
  test('a name is there as soon as its first value is', async () => {
    const store = storeOf(redis, [anything()], { layout })
    expect(await store.names(10)).toEqual([])
    await store.insert({ name: 'hits', value: 1 })
    expect(await store.names(10)).toEqual(['hits'])
  })

  test('names with any characters come back as they are, ascending by code points', async () => {
    const store = storeOf(redis, [anything()], { layout })
    await store.insertMany(ODD.map((name) => ({ name, value: 1 })))
    expect(await store.names(1000)).toEqual(byCodePoints(ODD))
  })

  test('deleting a series touches no other, whatever they are called', async () => {
    const store = storeOf(redis, [anything()], { layout })
    await store.insertMany(ODD.map((name) => ({ name, value: 1, timestamp: NOON })))
    const left = new Set(ODD)
    for (const name of ODD) {
      expect(await store.delete([name])).toBe(1)
      left.delete(name)
      expect(await store.names(1000)).toEqual(byCodePoints([...left]))
      for (const other of left) {
        const { buckets } = await store.select(other, 'minute').planSteps([NOON]).read()
        const [bucket] = buckets
        expect(bucket?.count, other).toBe(1)
      }
    }
    expect(await store.delete(['a'])).toBe(0)
  })

  test('a name that was deleted is there again when it is written again', async () => {
    const store = storeOf(redis, [anything()], { layout })
    await store.insert({ name: 'hits', value: 1 })
    await store.delete(['hits'])
    expect(await store.names(10)).toEqual([])
    await store.insert({ name: 'hits', value: 1 })
    expect(await store.names(10)).toEqual(['hits'])
  })

  test('pages are steady while names come and go', async () => {
    const store = storeOf(redis, [anything()], { layout })
    const names = Array.from({ length: 50 }, (_, i) => `name-${String(i).padStart(2, '0')}`)
    await store.insertMany(names.map((name) => ({ name, value: 1 })))
    const seen: string[] = []
    let page = await store.names(7)
    for (let round = 0; page.length > 0; round += 1) {
      seen.push(...page)
      const last = page.at(-1) ?? ''
      // The last one seen goes, and others come before it.
      await store.delete([last])
      await store.insert({ name: `name-${'0'.repeat(round + 1)}-new`, value: 1 })
      page = await store.names(7, last)
    }
    expect(seen).toEqual(names)
  })

  test('a name goes when its last key has expired, and not before', async () => {
    const store = storeOf(
      redis,
      [
        anything({
          intervals: [
            { name: 'second', step: 1, steps: 1 },
            { name: 'seconds', step: 1, steps: 3 },
          ],
        }),
        rule('lasting'),
      ],
      { layout },
    )
    await store.insert({ name: 'brief', value: 1 })
    await vi.waitFor(async () => expect(await redis.keys('*brief*:second:*')).toEqual([]), { timeout: 5000 })
    if ((await redis.keys('*brief*')).length > 0) expect(await store.names(10)).toEqual(['brief'])
    await vi.waitFor(async () => expect(await store.names(10)).toEqual([]), { timeout: 8000 })
    expect(await redis.keys('*brief*')).toEqual([])
    expect(await redis.zcard('__kairos:kairos:expiries')).toBe(0)
  })

  test('a later key keeps the name for longer, an earlier one does not shorten its life', async () => {
    const intervals = [{ name: 'minute', step: 60, steps: 60 }]
    const store = storeOf(redis, [anything({ intervals })], { layout })
    const now = Date.now() / 1000
    const expiry = async () => Number(await redis.zscore('__kairos:kairos:expiries', 'hits'))
    await store.insert({ name: 'hits', value: 1, timestamp: now - 1800 })
    const first = await expiry()
    await store.insert({ name: 'hits', value: 1, timestamp: now + 7200 })
    const second = await expiry()
    await store.insert({ name: 'hits', value: 1, timestamp: now - 3000 })
    expect(second).toBeGreaterThan(first)
    expect(await expiry()).toBe(second)
  })

  test('a series that is kept for ever is listed for ever', async () => {
    const store = storeOf(redis, [anything()], { layout })
    await store.insert({ name: 'hits', value: 1 })
    expect(await redis.zscore('__kairos:kairos:expiries', 'hits')).toBe('inf')
  })

  test('an insert that fails enters no name', async () => {
    const store = storeOf(redis, [anything()], { layout })
    const refused = store.insertMany([
      { name: 'good', value: 1 },
      { name: 'bad', value: 'text' },
    ])
    await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await store.names(10)).toEqual([])
  })

  test('extents are the oldest and the newest step that hold data, of each interval that holds any', async () => {
    let now = 1_800_000_000
    const intervals = [
      { name: 'minute', step: 60, steps: 120 },
      { name: 'hour', step: 3600, resolution: 60, steps: 48 },
    ]
    const store = storeOf(redis, [anything({ intervals })], { layout, clock: () => now })
    expect((await store.extents(['hits'])).get('hits')).toEqual(new Map())
    const start = now
    await store.insertMany(
      [-20 * 3600, -3600, -60, 0].map((ago) => ({ name: 'hits', value: 1, timestamp: now + ago })),
    )
    expect((await store.extents(['hits'])).get('hits')).toEqual(
      new Map([
        ['minute', { first: start - 3600, last: start }],
        ['hour', { first: start - 20 * 3600, last: start }],
      ]),
    )
    if (layout === 'kairos') return // There it is up to Redis, whose clock is not ours, when keys go.
    now += 6 * 3600
    expect([...((await store.extents(['hits'])).get('hits') ?? []).keys()]).toEqual(['hour'])
    now += 100 * 3600
    expect((await store.extents(['hits'])).get('hits')).toEqual(new Map())
  })
})

describe('what others write with plain commands', () => {
  const typed = (['count', 'gauge', 'histogram', 'series', 'set'] as const).map((type) =>
    rule(type, { type }),
  )

  test('is found by a walk through the keyspace, whatever its type', async () => {
    const store = storeOf(redis, typed, { layout: 'kairos' })
    await redis.set('kairos:count:minute:123', 5)
    await redis.set('kairos:gauge:minute:123', 'x')
    await redis.hincrby('kairos:histogram.{a}*:minute:123', 'x', 2)
    await redis.rpush('kairos:series:minute:123', 'x')
    await redis.sadd('kairos:set:minute:123', 'x')
    expect(await store.names(10)).toEqual([])
    await store.rebuildCatalogue()
    expect(await store.names(10)).toEqual(['count', 'gauge', 'histogram.{a}*', 'series', 'set'])
  })

  test('is not taken for a series where no rule, no interval or no number matches', async () => {
    const store = storeOf(redis, typed, { layout: 'kairos' })
    for (const key of [
      'kairos:unknown:minute:1',
      'kairos:count:hour:1',
      'kairos:count:minute:x',
      'kairos:count:minute:1:1',
      'kairos:count',
      'other:count:minute:1',
    ])
      await redis.set(key, 1)
    await store.rebuildCatalogue()
    expect(await store.names(10)).toEqual([])
  })

  test('leaves the list when it expires', async () => {
    const store = storeOf(redis, typed, { layout: 'kairos' })
    await redis.set('kairos:count:minute:123', 5, 'PX', 600)
    await store.rebuildCatalogue()
    expect(await store.names(10)).toEqual(['count'])
    await vi.waitFor(async () => expect(await store.names(10)).toEqual([]), { timeout: 5000 })
  })

  test('stays in the list as long as others go on with it', async () => {
    const store = storeOf(redis, typed, { layout: 'kairos' })
    await redis.set('kairos:count:minute:123', 5, 'EX', 60)
    await store.rebuildCatalogue()
    await redis.set('kairos:count:minute:124', 5, 'EX', 7200)
    await store.rebuildCatalogue()
    const expiry = Number(await redis.zscore('__kairos:kairos:expiries', 'count'))
    expect(expiry).toBeGreaterThan(Date.now() + 7_000_000)
  })

  test('does not change what is known of a series that will be there for long', async () => {
    const store = storeOf(redis, typed, { layout: 'kairos' })
    await store.insert({ name: 'count', value: 1 })
    await redis.set('kairos:count:minute:123', 5, 'EX', 60)
    await store.rebuildCatalogue()
    expect(await redis.zscore('__kairos:kairos:expiries', 'count')).toBe('inf')
    expect(await store.names(10)).toEqual(['count'])
  })

  test('is found in layout packed too, after the list was lost', async () => {
    const store = storeOf(redis, [anything()], { layout: 'packed' })
    await store.insertMany(ODD.map((name) => ({ name, value: 1 })))
    await redis.del('__kairos:kairos:names', '__kairos:kairos:expiries')
    await store.rebuildCatalogue()
    expect(await store.names(1000)).toEqual(byCodePoints(ODD))
  })
})
