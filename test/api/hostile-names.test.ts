import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { LAYOUTS } from '../support/stores.ts'

const { KAIROS_HOSTILE_RUNS: runs = '30', KAIROS_HOSTILE_SEED: seed } = process.env
const options = {
  numRuns: Math.ceil(Number(runs) / 4),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
}
const TIME = 60_000 + Number(runs) * 1000

const NOON = 1_795_435_200
const TYPES = ['series', 'set', 'gauge', 'histogram'] as const
const rules = TYPES.map((type) => ({
  name: type,
  match: `${type}.**`,
  type,
  intervals: { minute: { step: 60 }, day: { step: 'daily', resolution: '1h' } },
}))

const sign = fc.constantFrom(
  ...[
    '.',
    '*',
    '**',
    '?',
    '[a-z]',
    '\\',
    '{',
    '}',
    '%',
    '%7B',
    '%25',
    '%3A',
    ' ',
    '"',
    "'",
    '/',
    '-',
    '0',
    'a',
    'A',
  ],
  ...[
    'ä',
    'a\u0308',
    'é',
    '\u200b',
    '\u202e',
    '\ufeff',
    '\uffff',
    '\u00a0',
    '😀',
    'names',
    'id',
    'minute',
    'day',
  ],
  ...['__proto__', 'constructor', '__kairos', '\u2028', '＊', '⁚'],
)
const name = fc
  .array(fc.oneof(sign, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) => parts.join(''))
  .filter((text) => !text.includes(':') && !/[\p{Cc}\p{Cs}]/u.test(text))

const value = fc
  .oneof(
    fc.constantFrom(
      '',
      ' ',
      '\\',
      '\\\\',
      '\u0000',
      '1:a',
      ':',
      '-1',
      '0',
      '\n',
      'null',
      '[]',
      '"',
      '\u2028',
      '\ufeff',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ unit: 'binary', minLength: 1024, maxLength: 1024 }),
  )
  .map((text) => text.slice(0, 1024))
  .filter((text) => !/\p{Cs}/u.test(text))

const FIELDS = `buckets { value values entries { value count } members }`
const READ = `query ($name: String!, $interval: String!) {
  series(name: $name, interval: $interval, end: ${NOON}, steps: 1, condensed: true) { names ${FIELDS} }
  info(name: $name) { name latest(interval: $interval) { values } extents { first } }
}`
const INSERT = `mutation ($inserts: [InsertInput!]!) { insertMany(inserts: $inserts) { inserted } }`
const LIST = `query ($match: String, $after: String) {
  catalogue(match: $match, first: 1, after: $after) { edges { node { name } } pageInfo { endCursor hasNextPage } }
}`

describe.each(LAYOUTS)('in layout %s', (layout) => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp({ monitor: false, layout, timeseries: rules })
  })
  afterAll(() => app.stop())

  const ask = async (query: string, variables: Record<string, unknown>) => {
    const { data, errors } = await app.query(query, variables)
    expect(errors).toBeUndefined()
    return data
  }
  /** What is stored under a name, in either interval. */
  const stored = async (name: string) => {
    const of = async (interval: string) => {
      const { series, info } = await ask(READ, { name, interval })
      expect(series.names).toEqual([name])
      expect(info === null || info.name === name).toBe(true)
      return info && series.buckets[0]
    }
    const minute = await of('minute')
    expect(await of('day')).toEqual(minute)
    return minute
  }
  const listed = async (match?: string) => {
    const names: string[] = []
    let after: string | undefined
    for (;;) {
      const { edges, pageInfo } = (await ask(LIST, { match, after })).catalogue
      for (const { node } of edges) names.push(node.name)
      if (!pageInfo.hasNextPage) return names
      after = pageInfo.endCursor
    }
  }

  test.each(TYPES)(
    'a %s of any legal name and value is read back, and is no other series',
    async (type) => {
      const distinct = fc.uniqueArray(name, { minLength: 2, maxLength: 5 })
      const values = fc.array(value, { minLength: 1, maxLength: 4 })
      await fc.assert(
        fc.asyncProperty(distinct, values, async (endings, values) => {
          const names = endings.map((ending) => `${type}.${ending}`)
          const of = (i: number) => [...values, `of ${i}`]
          const inserts = names.flatMap((name, i) => of(i).map((value) => ({ name, value, timestamp: NOON })))
          expect((await ask(INSERT, { inserts })).insertMany.inserted).toBe(inserts.length)
          const expected = (i: number) => cellOf(type, of(i))
          for (const [i, name] of names.entries()) expect(await stored(name)).toEqual(expected(i))
          expect(new Set(await listed())).toEqual(new Set(names))
          for (const name of names) expect(await listed(name)).toContain(name)

          const [first = '', ...others] = names
          const { deleted } = (
            await ask('mutation ($names: [String!]!) { delete(names: $names) { deleted } }', {
              names: [first],
            })
          ).delete
          expect(deleted).toBe(1)
          expect(await stored(first)).toBeNull()
          for (const [i, name] of others.entries()) expect(await stored(name)).toEqual(expected(i + 1))
          expect(new Set(await listed())).toEqual(new Set(others))
          await ask('mutation ($names: [String!]!) { delete(names: $names) { deleted } }', { names: others })
          expect(await listed()).toEqual([])
          expect(await app.redis.keys(`kairos:*`)).toEqual([])
        }),
        options,
      )
    },
    TIME,
  )
})

/** What a bucket shows of these values, in this order. */
function cellOf(type: (typeof TYPES)[number], values: readonly string[]) {
  const distinct = [...new Set(values)].sort((a, b) => (a < b ? -1 : 1))
  const entries = distinct.map((value) => ({ value, count: values.filter((each) => each === value).length }))
  return {
    value: type === 'gauge' ? values.at(-1) : null,
    values: type === 'series' ? values : null,
    entries: type === 'histogram' ? entries : null,
    members: type === 'set' ? distinct : null,
  }
}
