import { beforeAll, describe, expect, test } from 'vitest'
import type { Store } from '../../src/kairos/index.ts'
import { useRedis } from '../support/redis-client.ts'
import { LAYOUTS, rule, storeOf } from '../support/stores.ts'

const on = useRedis()

describe.each(LAYOUTS)('in layout %s', (layout) => {
  const open = () => storeOf(on.redis, [rule('anything', { match: ['**'] })], { layout })
  let store: Store
  beforeAll(() => {
    store = open()
  })

  test('an id is told apart by its owner', async () => {
    const insert = async (owner: string | null | undefined, value = 1) =>
      (await store.insert({ name: 'a', value }, { id: 'x', owner })).duplicate
    for (const owner of [undefined, 'token:ada', 'token:bob', 'token:ada:x', '']) {
      expect([owner, await insert(owner), await insert(owner)]).toEqual([owner, false, true])
    }
    expect(await insert(null)).toBe(true)
    await expect(insert('token:bob', 2)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    const keys = await on.redis.keys('__kairos:kairos:id*')
    expect(keys).toHaveLength(5)
    expect(keys).toContain('__kairos:kairos:id:x')
  })

  test('nobody’s id is never that of an owner, whatever it is', async () => {
    await store.insert({ name: 'a' }, { id: 'x', owner: 'ada' })
    const keys = await on.redis.keys('__kairos:kairos:id*')
    const id = keys[0]?.replace(/^__kairos:kairos:/, '') ?? ''
    for (const each of [id, id.replace('id-of:', ''), `-of:${id.split(':').slice(1).join(':')}`])
      expect((await store.insert({ name: 'a' }, { id: each })).duplicate).toBe(false)
  })

  test('what is wrong with inserts can be asked, and nothing is written', async () => {
    const faults = store.faultsOf([{ name: 'a' }, { name: 'b', value: 'x' }, { name: ':' }])
    expect(faults.map(({ index, code }) => [index, code])).toEqual([
      [1, 'BAD_USER_INPUT'],
      [2, 'BAD_USER_INPUT'],
    ])
    expect(await store.names(10)).toEqual([])
  })

  test('names are found within globs, page by page, each once', async () => {
    const names = ['a', 'a.a', 'a.b', 'a.b.c', 'b', 'b.a', 'ba', 'c.～', 'c.😀', 'd']
    await store.insertMany(names.map((name) => ({ name })))
    for (const [match, within, found] of [
      ['**', ['a.*', 'b', 'a.**'], ['a.a', 'a.b', 'a.b.c', 'b']],
      ['**', ['c.*', 'a'], ['a', 'c.～', 'c.😀']],
      ['*.a', ['a.*', 'b.*'], ['a.a', 'b.a']],
      ['*.a', ['**.b', 'x'], []],
      ['b*', ['*'], ['ba']],
      ['**', [], []],
    ] as const) {
      expect(await store.search({ match, within, count: 100 })).toEqual(found)
      const paged: string[] = []
      for (;;) {
        const [next] = await store.search({ match, within, after: paged.at(-1), count: 1 })
        if (next === undefined) break
        paged.push(next)
      }
      expect(paged).toEqual(found)
    }
  })
})

test('a few names among a hundred thousand others are found without looking at those', async () => {
  const store = storeOf(on.redis, [rule('anything', { match: ['**'] })])
  await store.insertMany(['host', 'own.a', 'own.b'].map((name) => ({ name })))
  const foreign = (i: number) => `${i % 2 ? 'host' : 'owner'}.${'x'.repeat(100)}.${i}`
  for (let from = 0; from < 100_000; from += 10_000) {
    const names = Array.from({ length: 10_000 }, (_, i) => foreign(from + i))
    await on.redis.zadd('__kairos:kairos:names', ...names.flatMap((name) => [0, name]))
    await on.redis.zadd('__kairos:kairos:expiries', ...names.flatMap((name) => ['+inf', name]))
  }
  const sent = async () => Number(/total_net_output_bytes:(\d+)/.exec(await on.redis.info('stats'))?.[1])
  const asked = (await sent()) - (await sent())
  const before = await sent()
  expect(await store.search({ within: ['own.*', 'host'], count: 100 })).toEqual(['host', 'own.a', 'own.b'])
  expect(await store.search({ match: 'own.*', count: 100 })).toEqual(['own.a', 'own.b'])
  expect((await sent()) - before + asked).toBeLessThan(2000)
})
