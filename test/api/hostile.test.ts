import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../src/graphql/schema.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Place, type RootField, rootFields } from '../support/hostile/fields.ts'
import { type Garbage, garbageOf, sent } from '../support/hostile/garbage.ts'
import { lawful } from '../support/hostile/laws.ts'
import { type Asked, ways } from '../support/hostile/ways.ts'
import { everything } from '../support/stores.ts'

/** `KAIROS_HOSTILE_RUNS=10000 npx vitest run test/api/hostile` looks for long. What fails is printed with its seed. */
const { KAIROS_HOSTILE_RUNS: runs = '30', KAIROS_HOSTILE_SEED: seed } = process.env
const options = { numRuns: Number(runs), ...(seed === undefined ? {} : { seed: Number(seed) }) }
const TIME = 60_000 + Number(runs) * 1000

const intervals = {
  minute: { step: 60 },
  day: { step: 'daily', resolution: '1h', timeZone: 'Europe/Berlin' },
}
const RULES = [
  { name: 'text-list', match: 'text.list.**', type: 'series', intervals },
  { name: 'text-set', match: 'text.set.**', type: 'set', intervals },
  { name: 'text-gauge', match: 'text.gauge.**', type: 'gauge', intervals },
  { name: 'text-histogram', match: 'text.histogram.**', type: 'histogram', intervals },
  { name: 'size', match: 'size.**', type: 'histogram', values: 'float', intervals },
  { name: 'hits', match: 'hits.**', type: 'count', intervals },
]

describe('whatever is put in the place of an argument', () => {
  let app: TestApp
  let stored: Record<string, string>
  beforeAll(async () => {
    app = await startTestApp({ monitor: false, timeseries: RULES })
    const names = ['hits.a', 'hits.b', 'size.a']
    const filled = await app.query(
      'mutation ($inserts: [InsertInput!]!) { insertMany(inserts: $inserts) { inserted } }',
      { inserts: names.map((name) => ({ name, value: 5 })) },
    )
    expect(filled.errors).toBeUndefined()
    stored = await everything(app.redis)
  })
  afterAll(() => app.stop())

  const fields = rootFields(schema)
  test('covers every field of the contract that takes one', () => {
    expect(fields.map(({ operation, name }) => `${operation} ${name}`).sort()).toEqual([
      'mutation delete',
      'mutation insert',
      'mutation insertMany',
      'query catalogue',
      'query definition',
      'query info',
      'query join',
      'query series',
      'query seriesList',
      'subscription join',
      'subscription series',
    ])
  })

  test.each(fields.map(({ operation, name }) => `${operation} ${name}`))(
    'is alone what is wrong with it: %s',
    async (called) => {
      const field = fields.find(({ operation, name }) => `${operation} ${name}` === called)
      if (!field) throw new Error(`no field is ${called}`)
      for (const [way, ask] of Object.entries(ways)) {
        if (way === 'GET' && field.operation !== 'query') continue
        if (way.includes('POST') && field.operation === 'subscription') continue
        expect(lawful((await ask(app.app.url, requestWith(field, new Map()))).text)).not.toHaveProperty(
          'errors',
        )
        await startAnew(app, stored)
      }
    },
  )

  test.each(fields.map((field) => [field.operation, field.name, field] as const))(
    'of %s %s, only coded errors come back, and what is refused writes nothing',
    async (_operation, _name, field) => {
      await fc.assert(
        fc.asyncProperty(requestFor(field), fc.constantFrom(...Object.keys(ways)), async (asked, way) => {
          if (way === 'GET' && encodeURIComponent(asked.query + asked.variables).length > 8000) return
          const { status, text, closed } = (await ways[way]?.(app.app.url, asked)) ?? {}
          if (closed) {
            expect(closed).toEqual({ code: expect.any(Number), reason: expect.stringMatching(/./) })
            expect(closed.code).toBe(1009) // a message over 4 MiB
            return
          }
          expect(status).toBeLessThan(500)
          const { data, errors } = lawful(text)
          const accepted = field.operation === 'mutation' && data && !errors
          if (accepted) await startAnew(app, stored)
          else expect(await everything(app.redis)).toEqual(stored)
        }),
        options,
      )
      expect(await app.query('{ series(name: "hits.a", interval: "minute", steps: 1) { names } }')).toEqual({
        data: { series: { names: ['hits.a'] } },
      })
    },
    TIME,
  )
})

describe('at the edge', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp({ monitor: false, timeseries: RULES })
  })
  afterAll(() => app.stop())

  const insert =
    'mutation ($name: String!, $at: Timestamp) { insert(name: $name, timestamp: $at) { inserted } }'
  const read = `query ($name: String!, $interval: String!, $at: Timestamp) {
    series(name: $name, interval: $interval, start: $at, end: $at, condensed: true) { buckets { sum } }
  }`

  // The day in which 1e11 lies ends after all time.
  test.each([
    [-1e11, false],
    [-62_170_000_000, false],
    [-62_167_132_800, true],
    [99_999_961_199, true],
    [99_999_961_200, false],
    [1e11, false],
  ])(
    'of all time, at %s, what is written is read back, and what could not be is refused',
    async (at, accepted) => {
      const before = await everything(app.redis)
      const name = `hits.${at}`
      const { data, errors } = await app.query(insert, { name, at })
      if (!accepted) {
        expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
        expect(await everything(app.redis)).toEqual(before)
        return
      }
      expect(data.insert.inserted).toBe(1)
      for (const interval of ['minute', 'day'])
        expect(await app.query(read, { name, interval, at })).toEqual({
          data: { series: { buckets: [{ sum: 1 }] } },
        })
    },
  )

  test('of all numbers, a grid has bins with edges that are numbers', async () => {
    for (const value of [-1.7e308, 1.7e308])
      await app.query(`mutation { insert(name: "size.edge", value: ${value}) { inserted } }`)
    const grid = '{ from width counts }'
    const { data, errors } = await app.query(
      `{ series(name: "size.edge", interval: "minute", steps: 2) { chosen: grid ${grid} given: grid(width: 1e308) ${grid} } }`,
    )
    expect(errors).toBeUndefined()
    for (const { counts } of Object.values<{ counts: number[][] }>(data.series))
      expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(2)
  })

  test('of what may be sent, errors repeat a little, however many they are', async () => {
    const long = 'x'.repeat(1024 * 1024)
    const names = Array.from({ length: 100 }, (_, i) => `hits.${i}`)
    const replies = await Promise.all([
      app.query(
        'query ($names: [String!]!, $interval: String) { seriesList(names: $names, interval: $interval) { end } }',
        {
          names,
          interval: long,
        },
      ),
      app.query('mutation ($inserts: [InsertInput!]!) { insertMany(inserts: $inserts) { inserted } }', {
        inserts: [{ name: long, ...Object.fromEntries(names.map((_, i) => [`k${i}`, i])) }],
      }),
    ])
    for (const reply of replies) {
      expect(reply.errors?.length).toBeGreaterThan(1)
      expect(JSON.stringify(reply).length).toBeLessThan(100_000)
    }
  })
})

/** As `stored` has it. */
async function startAnew({ redis }: TestApp, stored: Record<string, string>): Promise<void> {
  await redis.flushall()
  for (const [key, dump] of Object.entries(stored))
    await redis.restore(key, 0, Buffer.from(dump, 'base64'), 'REPLACE')
}

/** What stands in a place where nothing is wrong; undefined: nothing. */
function sane({ name, type }: Place): Garbage | undefined {
  const values: Readonly<Record<string, unknown>> = {
    name: 'hits.a',
    names: ['hits.a', 'hits.b'],
    interval: 'minute',
    inserts: [{ name: 'hits.a', value: 1 }],
    p: 50,
    width: 1,
  }
  if (name === 'stat') return { label: 'a percentile', json: '"PERCENTILE"', literal: 'PERCENTILE' }
  return name in values && (type.endsWith('!') || name === 'interval' || name === 'p')
    ? sent(values[name])
    : undefined
}

/** A document of the field, in most places of which stands what may stand there, and garbage in the others. */
function requestFor(field: RootField): fc.Arbitrary<Asked> {
  const chosen = fc.uniqueArray(fc.constantFrom(...field.places), { minLength: 1, maxLength: 3 })
  return chosen.chain((places) =>
    fc
      .tuple(...places.map(({ type }) => fc.tuple(garbageOf(type), fc.boolean())))
      .map((garbage) => requestWith(field, new Map(places.map((place, i) => [place, garbage[i]])))),
  )
}

function requestWith(
  field: RootField,
  garbage: ReadonlyMap<Place, readonly [Garbage, inDocument: boolean] | undefined>,
): Asked & { readonly [fc.toStringMethod]: () => string } {
  const variables: string[] = []
  const query = field.document((place) => {
    const [given, inDocument] = garbage.get(place) ?? [sane(place), true]
    return inDocument && given?.literal !== undefined ? given.literal : given && `$${place.variable}`
  })
  const shown: string[] = []
  for (const [place, [given, inDocument] = []] of garbage) {
    if (!given) continue
    const literal = inDocument && given.literal !== undefined
    if (!literal) variables.push(`"${place.variable}": ${given.json}`)
    shown.push(`${place.variable} ${literal ? 'in the document' : 'as a variable'}: ${given.label}`)
  }
  return {
    query,
    variables: `{${variables.join(', ')}}`,
    [fc.toStringMethod]: () => `${field.operation} ${field.name}, ${shown.join('; ')}`,
  }
}
