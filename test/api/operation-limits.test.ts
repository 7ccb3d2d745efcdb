import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Reply, startTestApp, type TestApp } from '../support/app.ts'

const NOON = 1_795_435_200
const RULES = [
  { name: 'log', match: 'log.**', type: 'series', intervals: { minute: { step: 60 } } },
  {
    name: 'size',
    match: 'size.**',
    type: 'histogram',
    values: 'integer',
    intervals: { minute: { step: 60 } },
  },
  { name: 'hits', match: '**', type: 'count', intervals: { minute: { step: 60 } } },
]
const all = `start: ${NOON}, end: ${NOON + 540}`
const times = (n: number, text: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => text(i)).join(' ')
const codes = ({ errors }: Reply) => errors?.map(({ extensions }) => extensions.code)

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    monitor: false,
    timeseries: RULES,
    limits: { maxValues: 100, maxCost: 1000, maxBuckets: 500 },
  })
  const logs = ['a', 'b', 'c'].flatMap((name) =>
    Array.from({ length: 40 }, (_, i) => ({
      name: `log.${name}`,
      value: `v${i}`,
      timestamp: NOON + 60 * (i % 10),
    })),
  )
  const many = Array.from({ length: 101 }, (_, i) => ({ name: 'log.many', value: `v${i}`, timestamp: NOON }))
  const hits = Array.from({ length: 10 }, (_, i) => ({ name: 'hits', timestamp: NOON + 60 * i }))
  const inserts = [...logs, ...many, ...hits]
  const query = 'mutation ($inserts: [InsertInput!]!) { insertMany(inserts: $inserts) { inserted } }'
  expect((await app.query(query, { inserts })).errors).toBeUndefined()
})
afterAll(() => app.stop())

describe('one operation loads at most maxValues stored values', () => {
  const read = (name: string) => `series(name: "${name}", interval: "minute", ${all}) { end }`

  test('of one series', async () => {
    expect(codes(await app.query(`{ ${read('log.many')} }`))).toEqual(['RANGE_TOO_LARGE'])
    expect(codes(await app.query(`{ ${read('log.a')} }`))).toBeUndefined()
  })

  test('of all its fields together: those are read that fit, in order', async () => {
    const { data, errors } = await app.query(
      `{ a: ${read('log.a')} b: ${read('log.b')} c: ${read('log.c')} }`,
    )
    expect(data).toMatchObject({ a: {}, b: {}, c: null })
    expect(errors).toMatchObject([{ path: ['c'], extensions: { code: 'RANGE_TOO_LARGE' } }])
    expect(errors?.[0]?.message).toContain('100')
  })

  test('one that needs more than its share has what the others leave', async () => {
    const names = JSON.stringify(['log.none', 'log.a', 'log.nothing', 'hits', 'log.b', 'log.nobody'])
    const list = `seriesList(names: ${names}, interval: "minute", ${all})`
    const { data, errors } = await app.query(`{ ${list} { buckets { count } } }`)
    expect(errors).toBeUndefined()
    const counts = data.seriesList.map(({ buckets }: { buckets: { count: number }[] }) =>
      buckets.reduce((sum, { count }) => sum + count, 0),
    )
    expect(counts).toEqual([0, 40, 0, 10, 40, 0])
  })

  test('of a list of series null stands for those that are too much', async () => {
    const names = JSON.stringify(['log.a', 'log.many', 'log.b', 'log.c'])
    const { data, errors } = await app.query(
      `{ seriesList(names: ${names}, interval: "minute", ${all}) { end } }`,
    )
    expect(data.seriesList.map((each: unknown) => each !== null)).toEqual([true, false, true, false])
    expect(errors?.map(({ path }) => path)).toEqual([
      ['seriesList', 1],
      ['seriesList', 3],
    ])
  })

  test('the same asked twice is loaded once', async () => {
    const { errors } = await app.query(`{ a: ${read('log.a')} b: ${read('log.a')} c: ${read('log.a')} }`)
    expect(errors).toBeUndefined()
  })

  test('of the latest buckets of a page of the catalogue', async () => {
    const { data, errors } = await app.query(
      '{ catalogue(match: "log.*") { edges { node { name extents { last } latest { count } } } } }',
    )
    const counts = data.catalogue.edges.map(
      ({ node }: { node: { latest: { count: number } | null } }) => node.latest?.count,
    )
    expect(counts).toEqual([4, 4, 4, undefined])
    expect(errors).toMatchObject([{ extensions: { code: 'RANGE_TOO_LARGE' } }])
  })
})

describe('one operation costs at most maxCost', () => {
  // Ten buckets of one series: at 1000, a hundred values of each.
  const series = (fields: string) => `series(name: "hits", interval: "minute", ${all}) { ${fields} }`
  const columns = (n: number) => times(n, (i) => `c${i}: column(stat: SUM)`)

  test.each([
    ['columns', columns(100), columns(101)],
    ['columns and timestamps', `timestamps ${columns(99)}`, `timestamps ${columns(100)}`],
    [
      'fields of buckets',
      `buckets { ${times(100, (i) => `b${i}: sum`)} }`,
      `buckets { ${times(101, (i) => `b${i}: sum`)} }`,
    ],
    ['bins of a grid', `grid { from } ${columns(60)}`, `grid { from } ${columns(61)}`],
    ['bins of a grid of any width', 'timestamps', 'grid(width: 1) { from }'],
    ['what @skip leaves out', columns(100), `${columns(100)} end timestamps @skip(if: true)`],
  ])('%s', async (_, cheap, dear) => {
    expect(codes(await app.query(`{ ${series(cheap)} }`))).toBeUndefined()
    const { errors } = await app.query(`{ ${series(dear)} }`)
    expect(errors).toMatchObject([{ extensions: { code: 'RANGE_TOO_LARGE' } }])
    expect(errors?.[0]?.message).toMatch(/costs [\d,]+ .* 1000: ask for fewer/)
  })

  test('fields of fragments, each once however often it is spread', async () => {
    const ask = (n: number) =>
      app.query(`{ series(name: "hits", interval: "minute", steps: 40) { ...S ... on Series { ...S } } }
        fragment S on Series { end buckets { ...B ...B ... on Bucket { ...B seconds } } }
        fragment B on Bucket { ${times(n, (i) => `b${i}: sum`)} }`)
    expect(codes(await ask(24))).toBeUndefined()
    expect(codes(await ask(25))).toEqual(['RANGE_TOO_LARGE'])
  })

  test('before Redis is asked', async () => {
    await app.redis.config('RESETSTAT')
    expect(codes(await app.query(`{ ${series(columns(101))} }`))).toEqual(['RANGE_TOO_LARGE'])
    expect(await app.redis.info('commandstats')).not.toContain('cmdstat_evalsha')
  })

  test('of a page of the catalogue: ten for each field of each series', async () => {
    const page = (fields: string) => app.query(`{ catalogue(match: "log.*") { edges { ${fields} } } }`)
    expect(codes(await page('node { name definition { name } }'))).toBeUndefined() // 4 series × 4 fields × 10
    const refused = await page(`node { ${times(13, (i) => `a${i}: definition { name }`)} }`)
    expect(codes(refused)).toEqual(['RANGE_TOO_LARGE']) // 4 × 27 × 10
  })

  test('of a search: a hundred for each thousand names that are looked at, whether found or not', async () => {
    const inserts = Array.from({ length: 1000 }, (_, i) => ({ name: `looked.${i}` }))
    const insert = 'mutation ($inserts: [InsertInput!]!) { insertMany(inserts: $inserts) { inserted } }'
    expect((await app.query(insert, { inserts })).errors).toBeUndefined()
    const search = (n: number) =>
      times(n, (i) => `a${i}: catalogue(match: "looked.**", search: "no ${i}") { edges { cursor } }`)
    expect(codes(await app.query(`{ ${search(10)} }`))).toBeUndefined()
    expect(codes(await app.query(`{ ${search(11)} }`))).toEqual(['RANGE_TOO_LARGE'])
    await app.query('mutation ($names: [String!]!) { delete(names: $names) { deleted } }', {
      names: inserts.map(({ name }) => name),
    })
  })

  test('the same asked by several aliases is paid by each', async () => {
    const two = `a: ${series(columns(60))} b: ${series(columns(60).replaceAll('c', 'd').replaceAll('dolumn', 'column'))}`
    const { data, errors } = await app.query(`{ ${two} }`)
    expect(data.a).not.toBeNull()
    expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'RANGE_TOO_LARGE' } }])
  })

  test('a list of series and a join are paid for each series', async () => {
    const names = (n: number) => JSON.stringify(Array.from({ length: n }, (_, i) => `hits.${i}`))
    for (const field of ['seriesList', 'join']) {
      const ask = (n: number) =>
        app.query(
          `{ ${field}(names: ${names(n)}, interval: "minute", ${all}) { column(stat: SUM) timestamps } }`,
        )
      expect(codes(await ask(50))).toBeUndefined()
      expect(codes(await ask(51))).toEqual(['RANGE_TOO_LARGE'])
    }
  })

  test('lists of values cost as many as they have, in each', async () => {
    const list = (n: number) =>
      `{ series(name: "log.a", interval: "minute", ${all}) { buckets { ${times(n, (i) => `v${i}: values`)} } } }`
    // 10 × n of buckets and 40 × n of values
    expect(codes(await app.query(list(20)))).toBeUndefined()
    expect(codes(await app.query(list(21)))).toEqual(['RANGE_TOO_LARGE'])
  })

  test('what a variable leaves out once is not left out for ever', async () => {
    const query = `query ($more: Boolean!) { ${series('timestamps')} ${series(columns(101)).replace('{', '@include(if: $more) {')} }`
    expect(codes(await app.query(query, { more: false }))).toBeUndefined()
    expect(codes(await app.query(query, { more: true }))).toEqual(['RANGE_TOO_LARGE'])
  })
})

test.each([
  [360, undefined],
  [359, ['RANGE_TOO_LARGE']],
])('the worked example costs what the document says: with maxCost %d', async (maxCost, expected) => {
  const text = await readFile(new URL('../../docs/limits.md', import.meta.url), 'utf8')
  const [, operation = ''] = /costs [\d ×]+ = 360.*?```graphql\n(.*?)```/s.exec(text) ?? []
  const limited = await startTestApp({ monitor: false, limits: { maxCost } })
  expect(codes(await limited.query(operation))).toEqual(expected)
  await limited.stop()
})
