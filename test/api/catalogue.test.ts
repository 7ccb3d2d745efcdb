import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'

const NOON = 1_795_435_200
const intervals = { minute: { step: 60 }, hour: { step: '1h', resolution: 60 } }

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    monitor: false,
    timeseries: [{ name: 'all', match: ['a.**', 'b.**', 'gone.**'], type: 'count', intervals }],
  })
  await insert(Array.from({ length: 30 }, (_, i) => `a.${String(i).padStart(2, '0')}`))
  await insert(['b.x', 'b.é', 'b.😀'])
})
afterAll(() => app.stop())

async function insert(names: readonly string[]) {
  const inserts = names.map((name) => ({ name, value: 2, timestamp: NOON + 90 }))
  await app.query('mutation ($inserts: [InsertInput!]!) { insertMany(inserts: $inserts) { inserted } }', {
    inserts,
  })
}

async function page(args: string) {
  const { data, errors } = await app.query(
    `{ catalogue(${args}) { edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
  )
  expect(errors).toBeUndefined()
  const { edges, pageInfo } = data.catalogue
  return { names: edges.map(({ node }: { node: { name: string } }) => node.name), ...pageInfo }
}

describe('the catalogue', () => {
  test('lists what is stored, ascending, page by page', async () => {
    const first = await page('first: 20')
    expect(first.names[0]).toBe('a.00')
    expect([first.hasNextPage, first.hasPreviousPage]).toEqual([true, false])
    const second = await page(`first: 20, after: "${first.endCursor}"`)
    expect([...first.names, ...second.names]).toHaveLength(33)
    expect(second.names.slice(-3)).toEqual(['b.x', 'b.é', 'b.😀'])
    expect([second.hasNextPage, second.hasPreviousPage]).toEqual([false, true])
  })

  test('pages steadily while series come and go', async () => {
    const { endCursor } = await page('first: 5')
    await insert(['a.000'])
    await app.query('mutation { delete(names: ["a.04"]) { deleted } }')
    expect((await page(`first: 1, after: "${endCursor}"`)).names).toEqual(['a.05'])
    await app.query('mutation { delete(names: ["a.000"]) { deleted } }')
    await insert(['a.04'])
  })

  test.each([
    ['b.*', ['b.x', 'b.é', 'b.😀']],
    ['*.x', ['b.x']],
    ['a.1*', ['a.10', 'a.11', 'a.12', 'a.13', 'a.14', 'a.15', 'a.16', 'a.17', 'a.18', 'a.19']],
    ['a.05', ['a.05']],
    ['[ab]*', []],
  ])('finds %s', async (match, names) => {
    expect((await page(`match: "${match}"`)).names).toEqual(names)
  })

  test.each([
    ['É', ['b.é']],
    ['.1', ['a.10', 'a.11', 'a.12', 'a.13', 'a.14', 'a.15', 'a.16', 'a.17', 'a.18', 'a.19']],
    ['B.X', ['b.x']],
    ['*', []],
    ['', ['b.x', 'b.é', 'b.😀']],
  ])('finds names that contain the text %j', async (search, names) => {
    const match = search === '' ? 'match: "b.**", ' : ''
    expect((await page(`${match}search: "${search}"`)).names).toEqual(names)
  })

  test.each([
    'first: -1',
    'first: 1001',
    'after: "%"',
    'after: ""',
    `match: "${'*'.repeat(600)}"`,
    `search: "${'a'.repeat(600)}"`,
  ])('refuses %s', async (args) => {
    const { errors } = await app.query(`{ catalogue(${args}) { edges { cursor } } }`)
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  test('of none is an empty page', async () => {
    expect(await page('first: 0')).toEqual({
      names: [],
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    })
  })
})

describe('a stored series', () => {
  test('has extents and a newest bucket', async () => {
    const { data } = await app.query(`{ info(name: "a.01") {
      name
      definition { name }
      extents { interval { name } first last }
      latest { timestamp sum }
      hour: latest(interval: "hour") { timestamp seconds sum }
    } }`)
    const [bucket, hour] = [NOON + 60, NOON]
    expect(data.info).toEqual({
      name: 'a.01',
      definition: { name: 'all' },
      extents: [
        { interval: { name: 'minute' }, first: bucket, last: bucket },
        { interval: { name: 'hour' }, first: hour, last: hour },
      ],
      latest: { timestamp: bucket, sum: 2 },
      hour: { timestamp: bucket, seconds: 60, sum: 2 },
    })
  })

  test('that is none is null; a name that no rule covers is UNKNOWN_SERIES', async () => {
    expect((await app.query('{ info(name: "a.none") { name } }')).data.info).toBeNull()
    const { errors } = await app.query('{ info(name: "c") { name } }')
    expect(errors?.[0]?.extensions.code).toBe('UNKNOWN_SERIES')
  })

  test('is deleted whole, and no other', async () => {
    await insert(['gone.a', 'gone.aa', 'gone.a.b'])
    const { data } = await app.query(
      'mutation { delete(names: ["gone.a", "gone.none", "gone.a"]) { deleted } }',
    )
    expect(data.delete.deleted).toBe(1)
    expect((await page('match: "gone.**"')).names).toEqual(['gone.a.b', 'gone.aa'])
    expect(await app.redis.keys('kairos:{gone.a}*')).toEqual([])
    const { errors } = await app.query('mutation { delete(names: ["gone.aa", "nobody"]) { deleted } }')
    expect(errors?.[0]?.extensions.code).toBe('UNKNOWN_SERIES')
    expect((await page('match: "gone.aa"')).names).toEqual(['gone.aa'])
  })
})
