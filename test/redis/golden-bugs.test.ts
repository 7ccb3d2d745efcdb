import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  expectRead,
  type Outcome,
  plant,
  type Read,
  replay,
  timeseriesOf,
  type Vector,
  vectorsOf,
} from '../support/golden.ts'
import { startRedisServer } from '../support/redis-server.ts'

/**
 * Recorded inserts and reads of which the Python library kairos makes something wrong, or something that chance or
 * Python alone decides, and what we make of them: what the recording suggests, unless `decisions` says otherwise.
 * docs/compatibility.md tells it to users.
 */
const vectors = vectorsOf('bugs.json')

/** Each with the ids of the vectors that show it. */
const laws: readonly (readonly [law: string, ids: RegExp])[] = [
  ['a week starts on its Sunday or at New Year, and none is left out', /weekly/],
  ['the zone that the process runs in changes no bucket', /tz/],
  ['a count may have a fraction', /count-00[1-4]/],
  ['a whole amount can be added to a count with a fraction', /count-00[56]/],
  ['the time 0 is the beginning of 1970, and late like any other', /zero-ts-00[12]|legacy-001/],
  ['a time of null is one left out: now', /zero-ts-003/],
  ['a time before 1970 lies in the bucket that starts at it or before', /negative-ts|legacy-007/],
  ['a gauge of 0 or of an empty text has a value', /gauge-00[1356]/],
  ['a gauge to which nothing was written is null, and read is not asked', /gauge-00[247]/],
  ['a transform that the type lacks, or nobody knows, is refused', /transform-00[1-5]/],
  ['the mean and sum of texts are refused, their minimum is the first in order', /transform-00[678]/],
  ['the mean, minimum and maximum of nothing are null', /transform-009/],
  ['a rate is over the seconds of its own bucket', /get-rate/],
  ['stored texts that are read as one value are counted together', /histogram|legacy-006/],
  ['only names under the prefix are listed', /keys-00[12]/],
  ['a name with a colon is refused, and so is part of no other', /keys-00[3-6]|legacy-004/],
  ['a name is no pattern', /keys-00[7-9]|keys-01[0-6]|legacy-003/],
  ['a prefix is no pattern', /keys-017/],
  ['an interval whose name has a colon is refused', /keys-018/],
  ['names and prefixes may be in any script', /keys-019|keys-020/],
  ['to iterate over what holds no data gives nothing', /iterate-001/],
  ['to iterate over several names joins their series', /iterate-002/],
  ['what has no timestamp is added to what has that of now', /bulk-001/],
  ['what is handed over to be inserted stays as it was', /bulk-002/],
  [
    'an interval whose steps are null or 0 keeps its buckets for ever, and reads one',
    /steps-00[12]|legacy-008/,
  ],
  ['a range of fewer than 0 steps is refused', /steps-003/],
  ['a bucket lives until the calendar has taken it out of the steps', /ttl-00[123]/],
  ['a resolution holds only what has data', /ttl-004/],
  ['a resolution bucket of a count without data is 0, as after an insert of 0', /ttl-005/],
  ['an interval that cannot be is refused at once', /config-00[12346]|legacy-009/],
  ['a step may be seconds in digits', /legacy-002/],
  ['the type is series where it is left out', /config-005|legacy-005/],
  ['a resolution that straddles a step keeps its own starts', /resolution/],
  ['neither null nor a boolean is a value', /insert-001/],
  ['an insert is written to every interval or to none', /insert-002/],
  ['an array is several values', /legacy-010/],
  ['a number is stored as JavaScript writes it', /portability-00[123]/],
  ['a count beyond the exact integers is refused', /portability-004/],
  ['an integer beyond 2^53 is the number nearest to it', /portability-005/],
  ['what a text is read as is the affair of read', /portability-00[67]/],
]

/** What differs from what the recording suggests, or from what the original does where it suggests nothing. */
interface Decision {
  readonly inserts?: Vector['inserts']
  readonly construct?: Outcome['construct']
  readonly ops?: Outcome['ops']
  readonly keyspace?: Outcome['keyspace']
  /** by their index */
  readonly reads?: Readonly<Record<number, Pick<Read, 'result' | 'error'>>>
  readonly more?: readonly Read[]
}

const refused = { error: { code: 'BAD_USER_INPUT' } } as const
const dropped = { inserted: 0, expired: 1 }
const impossible: Decision = { construct: refused }
const asTheOriginal: Decision = {}

const key = (type: string, value: unknown, ttl: number | null = 300) => ({ type, value, ttl })
const rows = (...result: [timestamp: number, data: unknown][]) => ({ result })

const decisions: Readonly<Record<string, Decision>> = {
  // A read of n steps has n rows; where weeks are cut, the suggestion has one more.
  'bug-weekly-007': { reads: { 1: rows([1419724800, [2, 3]], [1420070400, [4, 5]], [1420329600, [6]]) } },
  'bug-weekly-008': { reads: { 1: rows([1419724800, 5], [1420070400, 9], [1420329600, 6]) } },
  'bug-weekly-011': { reads: { 1: rows([978220800, [2]], [978307200, [3]], [978825600, [4]]) } },
  'bug-weekly-012': { reads: { 1: rows([978220800, 2], [978307200, 3], [978825600, 4]) } },
  // 31 December 2006 is a week of one day; the suggestion divides by seven.
  'bug-weekly-013': { reads: { 6: rows([1166918400, 2 / 604800], [1167523200, 1 / 86400]) } },
  'bug-weekly-014': { reads: { 6: rows([1166918400, 4 / 604800], [1167523200, 2 / 86400]) } },
  // The week of 14 December 2014, with two more, is over on 2 January: 21 and 28 December, 1 January are the last three.
  'bug-weekly-016': {
    ops: [{ index: 1, returns: dropped }],
    keyspace: { 'x:w:201452': key('string', '1'), 'x:w:201500': key('string', '1') },
    reads: { 0: rows([1419120000, 0], [1419724800, 1], [1420070400, 1]) },
  },

  'bug-transform-006': asTheOriginal,
  'bug-transform-007': asTheOriginal,
  'bug-transform-008': asTheOriginal,
  'bug-transform-009': {
    reads: {
      0: rows(
        [1399999920, { min: -5, max: -5, mean: -5 }],
        [1399999980, { min: null, max: null, mean: null }],
      ),
    },
  },

  'bug-keys-003': { ops: [{ index: 2, ...refused }], reads: { 0: refused } },
  'bug-keys-004': {
    ops: [
      { index: 0, ...refused },
      { index: 1, ...refused },
    ],
    keyspace: {},
    reads: { 0: { result: [] }, 1: refused, 3: refused, 4: refused },
  },
  'bug-keys-005': {
    ops: [{ index: 1, ...refused }],
    keyspace: { 'p:a:m:23333333': key('string', '1') },
    reads: { 1: refused, 3: { result: ['a'] } },
  },
  'bug-keys-006': {
    ops: [{ index: 1, ...refused }],
    keyspace: { 'p:ab:m:23333333': key('string', '3') },
    reads: { 1: refused },
  },
  'bug-keys-018': impossible,

  'bug-steps-003': { reads: { 0: refused, 1: refused, 2: refused } },

  'bug-ttl-001': {
    ops: [{ index: 3, returns: dropped }],
    keyspace: {
      'x:m:200406': key('string', '1'),
      'x:m:200407': key('string', '1'),
      'x:m:200408': key('string', '1'),
    },
    reads: { 0: rows([1086048000, 3]), 1: rows([1086048000, 1], [1088640000, 1], [1091318400, 1]) },
  },
  'bug-ttl-002': asTheOriginal,
  'bug-ttl-003': { ops: [{ index: 0, returns: dropped }] },
  'bug-ttl-004': {
    reads: { 0: rows([1399999980, [2]]), 1: rows([1399996800, [[1399999980, [2]]]]) },
  },
  'bug-ttl-005': asTheOriginal,

  'bug-config-001': impossible,
  'bug-config-002': impossible,
  'bug-config-003': impossible,
  'bug-config-004': impossible,
  'bug-config-005': {
    inserts: [{ op: 'insert', name: 'x', value: 'a' }],
    keyspace: { 'x:m:23333333': key('list', ['a'], null) },
    more: [{ op: 'get', args: { name: 'x', interval: 'm' }, ...rows([1399999980, ['a']]) }],
  },
  'bug-config-006': impossible,

  'bug-resolution-001': asTheOriginal,
  'bug-resolution-002': asTheOriginal,

  'bug-insert-001': asTheOriginal,
  'bug-insert-002': {
    ops: [{ index: 1, error: { code: 'TYPE_MISMATCH' } }],
    keyspace: { 'x:m:23333333': key('string', 'text', null) },
    reads: { 0: rows([1399996800, 0]) },
  },

  'portability-001': {
    keyspace: { 'x:m:23333333': key('list', ['2', '0', '100']) },
    reads: { 0: rows([1399999980, [2, 0, 100]]) },
  },
  'portability-002': {
    keyspace: { 'x:m:23333333': key('hash', { 1: '3' }) },
    reads: { 0: rows([1399999980, { $hist: [['1', 3]] }]) },
  },
  'portability-003': {
    keyspace: {
      'x:m:23333333': key('list', [
        '10000000000000000',
        '1.5e-7',
        '0.00001',
        '1e+22',
        '1.7976931348623157e+308',
      ]),
    },
  },
  'portability-004': {
    ops: [{ index: 0, ...refused }],
    keyspace: { 'x:m:23333333': key('string', '2') },
    reads: { 0: rows([1399999980, 2]), 1: rows([1399999980, 2]) },
  },
  'portability-005': {
    keyspace: { 'x:m:23333333': key('list', ['9007199254740992', '12345678901234567000']) },
    reads: {
      0: rows([1399999980, [2 ** 53, Number(12345678901234567890n)]]),
      1: rows([1399999980, Number(12354686100489308883n)]),
    },
  },
  'portability-006': { reads: { 0: rows([1399999980, [7, 5, 1000, Number.NaN]]) } },
  'portability-007': { reads: { 0: rows([1399999980, [1.5]]) } },

  'bug-legacy-001': { keyspace: { 'x:m:0': key('string', '1', null) }, reads: { 0: rows([0, 1]) } },
  'bug-legacy-002': { reads: { 0: rows([1200000000, 1]), 1: rows([1200000000, 1]) } },
  'bug-legacy-003': {
    ops: [{ index: 2, returns: 1 }],
    keyspace: { 'p:abc:m:23333333': key('string', '1', null) },
    reads: { 0: rows([1399999980, 1]) },
  },
  'bug-legacy-004': {
    ops: [
      { index: 1, ...refused },
      { index: 2, returns: 1 },
    ],
    reads: { 0: refused },
  },
  'bug-legacy-005': {
    ops: [{ index: 0, returns: { inserted: 1 } }],
    keyspace: { 'x:m:23333333': key('list', ['1'], null) },
    more: [{ op: 'get', args: { name: 'x', interval: 'm' }, ...rows([1399999980, ['1']]) }],
  },
  'bug-legacy-006': { reads: { 0: rows([1399999980, { $hist: [[1, 2]] }]) } },
  'bug-legacy-007': {
    keyspace: { 'x:m:-1': key('string', '2', null), 'x:m:0': key('string', '1', null) },
    reads: { 0: rows([-60, 2]) },
  },
  'bug-legacy-008': { reads: { 0: rows([1399999980, 1]) } },
  'bug-legacy-009': impossible,
  'bug-legacy-010': {
    ops: [{ index: 1, returns: { inserted: 2 } }],
    keyspace: { 'x:m:23333333': key('list', ['plain', '1', '2']) },
    reads: { 0: rows([1399999980, ['plain', '1', '2']]) },
  },
}

/** The outcome that is right. */
function outcomeOf({ id, expect: original, suggested }: Vector): Outcome {
  const { construct, ops = [], keyspace, reads = {}, more = [] } = decisions[id] ?? {}
  const base = suggested ?? original
  return {
    ...(construct && { construct }),
    ops: [...ops, ...(base.ops ?? [])],
    keyspace: keyspace ?? base.keyspace,
    reads: [
      ...(base.reads ?? []).map((read, index) => {
        const { result, error, ...asked } = read
        return index in reads ? { ...asked, ...reads[index] } : read
      }),
      ...more,
    ],
  }
}

function vector(id: string): Vector {
  const found = vectors.find((each) => each.id === id)
  if (!found) throw new Error(`there is no vector ${id}`)
  return found
}

let server: Awaited<ReturnType<typeof startRedisServer>>
let redis: Redis

beforeAll(async () => {
  server = await startRedisServer()
  redis = new Redis(server.url)
})
beforeEach(() => redis.flushall())
afterEach(() => {
  vi.unstubAllEnvs()
})
afterAll(async () => {
  await redis.quit()
  await server.stop()
})

describe('where the original is wrong or leaves something to chance', () => {
  const cases = laws.flatMap(([law, ids]) =>
    vectors.filter(({ id }) => ids.test(id)).map((each) => [law, each.id, each] as const),
  )

  test('every vector is replayed, once', () => {
    expect(cases.map(([, id]) => id).sort()).toEqual(vectors.map(({ id }) => id).sort())
  })

  test('what is not suggested is decided', () => {
    const undecided = vectors.filter(({ id, suggested }) => !suggested && !decisions[id])
    expect(undecided.map(({ id }) => id)).toEqual([])
  })

  test.each(cases)('%s (%s)', async (_, __, each) => {
    if (each.tz) {
      vi.stubEnv('TZ', each.tz)
      expect(new Date(each.now * 1000).getTimezoneOffset()).not.toBe(0)
    }
    await replay(redis, { ...each, inserts: decisions[each.id]?.inserts ?? each.inserts }, outcomeOf(each))
  })
})

describe('what the original has left in Redis', () => {
  const at = 1399999980
  const now = { timestamp: at }

  /** The keys that the original wrote for a vector, and a Timeseries that reads them. */
  async function left(id: string, read?: (text: string) => unknown) {
    await plant(redis, vector(id).expect.keyspace)
    return timeseriesOf(redis, vector(id), () => vector(id).now, { read })
  }

  test.each(['portability-001', 'portability-002', 'portability-003'])(
    'is read as it was written, however Python writes a number (%s)',
    async (id) => {
      const timeseries = await left(id)
      for (const read of vector(id).expect.reads) await expectRead(timeseries, read)
    },
  )

  test('adds up where texts of one number differ and read makes numbers of them', async () => {
    const timeseries = await left('portability-002', Number)
    expect(await timeseries.get('x', 'm', now)).toEqual(new Map([[at, new Map([[1, 3]])]]))
  })

  test('is the nearest number where a count is beyond the exact integers, and grows no further', async () => {
    const timeseries = await left('portability-004')
    expect(await timeseries.get('x', 'm', now)).toEqual(new Map([[at, Number(9007199254740995n)]]))
    await expect(timeseries.insert('x', 1)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await redis.get('x:m:23333333')).toBe('9007199254740995')
  })

  test('is exact to a read that gives a bigint', async () => {
    const timeseries = await left('portability-005', BigInt)
    const exact = [9007199254740993n, 12345678901234567890n]
    expect(await timeseries.get('x', 'm', now)).toEqual(new Map([[at, exact]]))
  })

  test('is infinite to a read that knows how Python writes it', async () => {
    const read = (text: string) => (text === 'inf' ? Number.POSITIVE_INFINITY : Number(text))
    const timeseries = await left('portability-006', read)
    const values = [7, 5, 1000, Number.POSITIVE_INFINITY]
    expect(await timeseries.get('x', 'm', now)).toEqual(new Map([[at, values]]))
  })

  test('gives the caller the very error that read throws at it', async () => {
    const fault = new SyntaxError('no integer')
    const timeseries = await left('portability-007', () => {
      throw fault
    })
    await expect(timeseries.get('x', 'm', now)).rejects.toBe(fault)
  })

  test.each([
    ['bug-keys-004', 'http', []],
    ['bug-keys-005', 'a', ['a']],
  ] as const)('is neither listed nor deleted under a name with a colon (%s)', async (id, name, names) => {
    const timeseries = await left(id)
    const colons = (await redis.keys('*')).filter((each) => /:(200|500|b):/.test(each))
    expect(await timeseries.names()).toEqual(names)
    expect(Object.keys(await timeseries.properties(name))).toEqual(names.map(() => 'm'))
    expect(await timeseries.delete(name)).toBe(names.length)
    expect(await timeseries.deleteAll()).toBe(0)
    expect((await redis.keys('*')).sort()).toEqual(colons.sort())
  })
})

test('of a request with a count beyond the exact integers nothing is written', async () => {
  const { now } = vector('portability-004')
  const timeseries = timeseriesOf(redis, vector('portability-004'), () => now)
  const inserts = [
    { name: 'y', value: 1 },
    { name: 'x', value: Number(12345678901234567890n) },
  ]
  await expect(timeseries.insertMany(inserts)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  expect(await redis.keys('*')).toEqual([])
})

test('the buckets of a resolution expire no earlier than the set that lists them', async () => {
  const clock = { now: vector('bug-ttl-004').now }
  const timeseries = timeseriesOf(redis, vector('bug-ttl-004'), () => clock.now)
  const first = clock.now
  await timeseries.insert('x', 1)
  clock.now += 300
  await timeseries.insert('x', 2, { timestamp: first + 60 })
  // Redis has aged the first keys by no time that the clock tells: the later one has so much less to live.
  const life = await redis.pttl('x:f:388888')
  expect(await redis.pttl('x:f:388888:23333333')).toBeGreaterThan(life - 30_000)
  expect((await redis.pttl('x:f:388888:23333334')) + 300_000).toBeGreaterThan(life - 30_000)
})
