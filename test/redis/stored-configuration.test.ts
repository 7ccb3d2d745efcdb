import type { Redis } from 'ioredis'
import { beforeAll, describe, expect, test } from 'vitest'
import { type DefinitionOptions, MigrationUnderWay, StorageConflict } from '../../src/kairos/index.ts'
import { type Config, migration, NOON, open } from '../support/moved.ts'
import { useRedis } from '../support/redis-client.ts'
import { everything, rule } from '../support/stores.ts'

const on = useRedis()
let redis: Redis
beforeAll(() => {
  redis = on.redis
})

const CONFIGURATION = '__kairos:kairos:configuration'

/** Opens a store and closes it; gives what was thrown, or nothing. */
async function openAndClose(config: Config, disposable: string[] = []): Promise<unknown> {
  const store = open(redis, config)
  try {
    await store.open({ disposable })
    await store.rebuildCatalogue() // so that what runs in the background has ended, too
    return undefined
  } catch (error) {
    return error
  } finally {
    store.close()
  }
}

/** Two series of which there are values, by a first configuration. */
async function store(config: Config, names = ['data', 'data.b'], value: unknown = 1): Promise<void> {
  expect(await openAndClose(config)).toBeUndefined()
  await open(redis, config).insertMany(names.map((name) => ({ name, value, timestamp: NOON })))
}

const minute = { name: 'minute', step: 60, steps: 1440 }
const fine = { ...minute, resolution: 10 }
const day = { name: 'day', step: 'daily', steps: 100, timeZone: 'Europe/Berlin' }
const week = { name: 'week', step: 'weekly' }
const config = (options: Partial<DefinitionOptions> = {}, layout: Config[0] = 'packed'): Config => [
  layout,
  rule('data', { intervals: [minute], ...options }),
]

describe('a configuration is remembered when it is first used', () => {
  test('and the same may be used again', async () => {
    await store(config())
    const before = await everything(redis)
    expect(Object.keys(before)).toContain(CONFIGURATION)
    expect(await openAndClose(config())).toBeUndefined()
    expect(await everything(redis)).toEqual(before)
  })

  test.each([
    ['packed', [{ ...week, weekStart: 'sunday' }]],
    ['packed', [day, fine]],
    ['kairos', [week, day, fine]],
  ] as const)('on an empty Redis in layout %s with intervals of any kind: %j', async (layout, intervals) => {
    expect(await openAndClose(config({ intervals }, layout))).toBeUndefined()
    expect(await redis.exists(CONFIGURATION)).toBe(1)
  })
})

const FINE: readonly (readonly [string, Config, Config])[] = [
  ['unit and description', config(), config({ unit: 'ms', description: 'how long it took' })],
  ['the name of a rule', config(), config({ name: 'other' })],
  ['the same step, written otherwise', config(), config({ intervals: [{ ...minute, step: '1min' }] })],
  ['one more interval', config(), config({ intervals: [minute, { name: 'hour', step: 3600 }] })],
  [
    'other steps in layout kairos',
    config({}, 'kairos'),
    config({ intervals: [{ ...minute, steps: 8 }] }, 'kairos'),
  ],
  ['other steps in chunks of the same size', config(), config({ intervals: [{ ...minute, steps: 5000 }] })],
  [
    'other steps where a step is cut',
    config({ intervals: [{ ...minute, step: '1h', resolution: 1 }] }),
    config({ intervals: [{ ...minute, step: '1h', resolution: 1, steps: 9 }] }),
  ],
  ['one more rule, by which nothing is stored', config(), [...config(), rule('other')]],
  [
    'another rule before, which decides over nothing that is stored',
    config(),
    ['packed', rule('other'), rule('data', { intervals: [minute] })],
  ],
  [
    'a rule that was cut in two that say the same',
    config(),
    ['packed', rule('data.b', { intervals: [minute] }), rule('data', { intervals: [minute] })],
  ],
]

describe.each(FINE)('what leaves all data where they are is fine: %s', (_, before, after) => {
  test('and is remembered from then on', async () => {
    await store(before)
    expect(await openAndClose(after)).toBeUndefined()
    const names = JSON.parse((await redis.get(CONFIGURATION)) ?? '').rules.map(
      (each: DefinitionOptions) => each.name,
    )
    expect(names).toEqual(after.slice(1).map((each) => (typeof each === 'string' ? each : each.name)))
    expect(await openAndClose(after)).toBeUndefined()
  })
})

const text = config({ type: 'gauge', values: 'string' })
const number = config({ type: 'gauge', values: 'float', quantize: 5 })

type Refused = readonly [what: string, from: Config, to: Config, differences: string, value?: unknown]

const CONFLICTS: readonly Refused[] = [
  ['type', config(), config({ type: 'gauge', values: 'float' }), 'type count → gauge'],
  ['values', text, config({ type: 'gauge', values: 'boolean' }), 'values string → boolean', 'text'],
  ['quantize', number, config({ type: 'gauge', values: 'float', quantize: 10 }), 'quantize 5 → 10'],
  ['quantize that is there no more', number, config({ type: 'gauge', values: 'float' }), 'quantize 5 → none'],
  ['step', config(), config({ intervals: [{ ...minute, step: 120 }] }), 'interval minute: step 60s → 120s'],
  [
    'resolution',
    config({ intervals: [fine] }),
    config({ intervals: [{ ...fine, resolution: 20 }] }),
    'interval minute: resolution 10s → 20s',
  ],
  [
    'a resolution where there was none',
    config(),
    config({ intervals: [fine] }),
    'interval minute: resolution none → 10s',
  ],
  [
    'time zone',
    config({ intervals: [day] }),
    config({ intervals: [{ ...day, timeZone: 'America/New_York' }] }),
    'interval day: step daily Europe/Berlin → daily America/New_York',
  ],
  [
    'start of the week',
    config({ intervals: [week] }),
    config({ intervals: [{ ...week, weekStart: 'sunday' }] }),
    'interval week: step weekly monday UTC → weekly sunday UTC',
  ],
  ['layout', config(), config({}, 'kairos'), 'layout packed → kairos'],
  ['the other layout', config({}, 'kairos'), config(), 'layout kairos → packed'],
  ['interval', config({ intervals: [minute, day] }), config(), 'interval day is gone'],
  [
    'steps where chunks take fewer of them',
    config(),
    config({ intervals: [{ ...minute, steps: 80 }] }),
    'interval minute: steps 1440 → 80',
  ],
  [
    'steps that had no end',
    config({ intervals: [{ name: 'minute', step: 60 }] }),
    config({ intervals: [{ ...minute, steps: 16 }] }),
    'interval minute: steps all → 16',
  ],
]

describe('what would be read in the wrong place is refused', () => {
  test.each(
    CONFLICTS.map((each) => ({
      what: each[0],
      from: each[1],
      to: each[2],
      differences: each[3],
      value: each[4] ?? 1,
    })),
  )('$what, with the exact difference and the series, and nothing changes', async (each) => {
    await store(each.from, ['data', 'data.b', 'data.c'], each.value)
    const before = await everything(redis)
    const error = await openAndClose(each.to)
    expect(error).toBeInstanceOf(StorageConflict)
    expect(String(error)).toContain(`\n  data and 2 more: ${each.differences}\n`)
    expect(String(error)).toContain('under the prefix "kairos"')
    expect(await everything(redis)).toEqual(before)
    expect(await openAndClose(each.from)).toBeUndefined()
  })
})

test('every difference is told, of each series that differs otherwise', async () => {
  await store(
    [
      'packed',
      rule('data.b', { type: 'set', values: 'integer' }),
      rule('data', { intervals: [minute, fine] }),
    ],
    ['data', 'data.b'],
  )
  const error = await openAndClose(['kairos', rule('data', { type: 'set', values: 'string' })])
  expect(String(error)).toContain(
    '\n  data: layout packed → kairos, type count → set, values float → string, ',
  )
  expect(String(error)).toContain('\n  data.b: layout packed → kairos, values integer → string\n')
})

test('where another order of the rules lets another one decide over a stored series, it is refused', async () => {
  const [narrow, wide] = [rule('data.b', { type: 'gauge', values: 'float' }), rule('data')]
  await store(['packed', narrow, wide])
  const error = await openAndClose(['packed', wide, narrow])
  expect(String(error)).toContain('\n  data.b: type gauge → count\n')
  expect(String(error)).not.toContain('data and')
})

test('where the order changes for names of which nothing is stored, it is fine', async () => {
  const [narrow, wide] = [rule('data.b', { type: 'gauge', values: 'float' }), rule('data')]
  await store(['packed', narrow, wide], ['data'])
  expect(await openAndClose(['packed', wide, narrow])).toBeUndefined()
})

test('series of which every key was deleted by hand are no conflict', async () => {
  await store(config())
  await redis.del(await redis.keys('kairos:*'))
  expect(await openAndClose(config({ type: 'set' }))).toBeUndefined()
})

describe('series that no rule covers any more', () => {
  test.each([
    ['behind the others', [rule('other')], [rule('other'), rule('data')]],
    ['before the others', [rule('other')], [rule('data'), rule('other')]],
  ])('do not matter, until one covers them otherwise: %s', async (_, fewer, all) => {
    await store(['packed', ...all], ['data', 'other'])
    expect(await openAndClose(['packed', ...fewer])).toBeUndefined()
    expect(await openAndClose(['packed', ...fewer])).toBeUndefined()
    const others = [...fewer, rule('data', { type: 'set' })]
    expect(String(await openAndClose(['packed', ...others]))).toContain('\n  data: type count → set')
    expect(await openAndClose(['packed', ...all])).toBeUndefined()
  })

  test('are left alone by a migration of the others', async () => {
    await store(['packed', rule('data'), rule('other')], ['data', 'other'])
    const changed = rule('other', { intervals: [{ name: 'minute', step: 120 }] })
    expect(await migration(redis, ['packed', changed]).run()).toBe(1)
    expect(await redis.exists('kairos:{data}:minute')).toBe(1)
    expect(String(await openAndClose(['packed', changed, rule('data', { type: 'set' })]))).toContain(
      'data: type',
    )
    expect(await openAndClose(['packed', changed, rule('data')])).toBeUndefined()
  })
})

describe('data with no configuration remembered', () => {
  const everyName = rule('all', { match: ['**'] })

  test('of the Python library are a conflict with layout packed', async () => {
    await redis.set('kairos:hits:minute:123', 5)
    const error = await openAndClose(['packed', everyName])
    expect(String(error)).toContain('\n  hits: layout kairos → packed\n')
    expect(await redis.keys('*')).toEqual(['kairos:hits:minute:123'])
  })

  test('of the Python library are fine in layout kairos, and listed', async () => {
    await redis.set('kairos:hits:minute:123', 5)
    expect(await openAndClose(['kairos', everyName])).toBeUndefined()
    expect(await open(redis, ['kairos', everyName]).names(10)).toEqual(['hits'])
  })

  test('in layout packed are a conflict with layout kairos', async () => {
    await store(['packed', everyName])
    await redis.del(CONFIGURATION)
    expect(String(await openAndClose(['kairos', everyName]))).toContain('layout packed → kairos')
  })

  test('that are none of our series are passed over', async () => {
    await redis.set('kairos:hits', 5)
    await redis.set('kairos:hits:minute:x', 5)
    await redis.set('else:hits:minute:123', 5)
    expect(await openAndClose(['packed', everyName])).toBeUndefined()
  })
})

describe('of two that open at once', () => {
  test('with different configurations and nothing stored, one is remembered', async () => {
    const configs = [config(), config({ type: 'gauge', values: 'float' })]
    expect(await Promise.all(configs.map((each) => openAndClose(each)))).toEqual([undefined, undefined])
    expect(JSON.parse((await redis.get(CONFIGURATION)) ?? '').rules).toHaveLength(1)
  })

  test('over stored series, only one whose data they are does', async () => {
    await store(config({ type: 'gauge', values: 'float' }))
    const configs = [config({ type: 'gauge', values: 'float', unit: 'ms' }), config()]
    const [first, second] = await Promise.all(configs.map((each) => openAndClose(each)))
    expect(first).toBeUndefined()
    expect(second).toBeInstanceOf(StorageConflict)
  })
})

describe('disposable series', () => {
  test('are deleted where they are in the way, and no others', async () => {
    await store(['packed', rule('cpu'), rule('data')], ['cpu', 'data'])
    const after: Config = ['packed', rule('cpu', { type: 'set' }), rule('data')]
    expect(await openAndClose(after)).toBeInstanceOf(StorageConflict)
    expect(await openAndClose(after, ['cpu'])).toBeUndefined()
    expect(await open(redis, after).names(10)).toEqual(['data'])
    expect(await redis.keys('*cpu*')).toEqual([])
  })

  test('stay where others are in the way', async () => {
    await store(['packed', rule('cpu'), rule('data')], ['cpu', 'data'])
    const before = await everything(redis)
    const error = await openAndClose(
      ['packed', rule('cpu', { type: 'set' }), rule('data', { type: 'set' })],
      ['cpu'],
    )
    expect(String(error)).toContain('data: type')
    expect(String(error)).not.toContain('cpu')
    expect(await everything(redis)).toEqual(before)
  })
})

test('while series are being migrated, no store opens, with whatever configuration', async () => {
  await store(config())
  const stopped = migration(redis, config({}, 'kairos')).run({
    onProgress: ({ moved }) => {
      if (moved === 1) throw new Error('enough')
    },
  })
  await expect(stopped).rejects.toThrow('enough')
  for (const each of [config(), config({}, 'kairos')])
    expect(await openAndClose(each)).toBeInstanceOf(MigrationUnderWay)
  await migration(redis, config({}, 'kairos')).run()
  expect(await openAndClose(config({}, 'kairos'))).toBeUndefined()
})
