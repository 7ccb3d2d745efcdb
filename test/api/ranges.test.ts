import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'

/** A Monday, in the middle of a day, from which all times are counted. */
const NOON = 1_795_435_200
const minute = { step: 60 }
const intervals = { minute, hour: { step: '1h', resolution: 60 } }
const rules = [
  { name: 'count', match: 'count.**', type: 'count', intervals },
  {
    name: 'latency',
    match: 'latency.**',
    type: 'histogram',
    values: 'float',
    quantize: 0.1,
    intervals: { minute },
  },
  { name: 'gauge', match: 'gauge.**', type: 'gauge', values: 'float', intervals: { minute } },
  { name: 'other', match: 'other.**', type: 'count', intervals: { minute: { step: 30 } } },
  {
    name: 'kept',
    match: 'kept.**',
    type: 'count',
    intervals: { minute: { step: 60, steps: 60 }, hour: { step: '1h', steps: 48 }, day: { step: 'daily' } },
  },
]

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ monitor: false, timeseries: rules })
  const inserts = Array.from({ length: 120 }, (_, i) => ({
    name: 'count.a',
    value: i,
    timestamp: NOON + i * 60,
  }))
  await insert([...inserts, ...inserts.map((each) => ({ ...each, name: 'count.b' }))])
})
afterAll(() => app.stop())

async function insert(inserts: readonly object[]) {
  const { data, errors } = await app.query(
    'mutation ($inserts: [InsertInput!]!) { insertMany(inserts: $inserts) { inserted } }',
    { inserts },
  )
  expect(errors).toBeUndefined()
  return data.insertMany.inserted
}

async function ask(query: string) {
  const { data, errors } = await app.query(query)
  expect(errors).toBeUndefined()
  return data
}

async function codeOf(query: string) {
  const { errors } = await app.query(query)
  return errors?.[0]?.extensions.code
}

const twoHours = `interval: "minute", start: ${NOON}, steps: 120`

describe('maxPoints', () => {
  test('folds neighbours, each of which is counted once', async () => {
    const { series } = await ask(
      `{ series(name: "count.a", ${twoHours}, maxPoints: 25) { folded end buckets { timestamp seconds sum } } }`,
    )
    expect(series.folded).toBe(5)
    expect(series.buckets).toHaveLength(24)
    expect(series.buckets[1]).toEqual({ timestamp: NOON + 300, seconds: 300, sum: 5 + 6 + 7 + 8 + 9 })
    expect(series.end).toBe(NOON + 7200)
  })

  test.each([1, 2, 3, 7, 50, 119])('leaves at most %i', async (most) => {
    for (const start of [NOON, NOON + 60, NOON - 17 * 60]) {
      const { series } = await ask(
        `{ series(name: "count.a", interval: "minute", start: ${start}, steps: 120, maxPoints: ${most}) { folded buckets { timestamp } } }`,
      )
      expect(series.buckets.length).toBeLessThanOrEqual(most)
      if (most > 1)
        for (const { timestamp } of series.buckets) expect(timestamp % (series.folded * 60)).toBe(0)
    }
  })

  test('folds nothing where there are few enough', async () => {
    const { series } = await ask(
      `{ series(name: "count.a", ${twoHours}, maxPoints: 120) { folded buckets { timestamp } } }`,
    )
    expect([series.folded, series.buckets.length]).toEqual([1, 120])
  })

  test('groups stay where they are when the window moves', async () => {
    const sums = new Map<number, number>()
    for (let shift = 0; shift < 12; shift += 1) {
      const { series } = await ask(
        `{ series(name: "count.a", interval: "minute", start: ${NOON + shift * 60}, steps: 60, maxPoints: 10) { buckets { timestamp sum } } }`,
      )
      for (const { timestamp, sum } of series.buckets) {
        expect(sum).toBe(sums.get(timestamp) ?? sum)
        sums.set(timestamp, sum)
      }
    }
  })

  test('of a gauge keeps the last value, and the numbers of all', async () => {
    await insert([1, 5, 3].map((value, i) => ({ name: 'gauge.a', value, timestamp: NOON + i * 60 })))
    const { series } = await ask(
      `{ series(name: "gauge.a", interval: "minute", start: ${NOON}, steps: 10, maxPoints: 2) { buckets { value mean max count } } }`,
    )
    expect(series.buckets[0]).toEqual({ value: 3, mean: 3, max: 5, count: 3 })
  })

  test('folds the resolutions of steps as it folds steps', async () => {
    const { series } = await ask(
      `{ series(name: "count.a", interval: "hour", start: ${NOON}, steps: 2, maxPoints: 13) { folded buckets { timestamp sum } } }`,
    )
    expect(series.folded).toBe(10)
    expect(series.buckets).toHaveLength(12)
    expect(series.buckets[0].sum).toBe(45)
  })
})

describe('without an interval', () => {
  const chosen = async (name: string, start: string, rest = '') => {
    const { series } = await ask(
      `{ series(name: "${name}", start: "${start}"${rest}) { folded interval { name } timestamps } }`,
    )
    return [series.interval.name, series.folded, series.timestamps.length <= 1000]
  }

  test('the finest that reaches back with few enough buckets is chosen', async () => {
    expect(await chosen('kept.a', '-PT30M')).toEqual(['minute', 1, true])
    expect(await chosen('kept.a', '-PT3H')).toEqual(['hour', 1, true])
    expect(await chosen('kept.a', '-P3D')).toEqual(['day', 1, true])
    expect(await chosen('kept.a', '-PT30M', ', maxPoints: 20')).toEqual(['hour', 1, true])
  })

  test('the coarsest that reaches back is folded where it is still too much', async () => {
    expect(await chosen('kept.a', '-P20Y')).toEqual(['day', 8, true])
  })

  test('a start is needed, and steps cannot be counted', async () => {
    expect(await codeOf('{ series(name: "kept.a") { end } }')).toBe('BAD_USER_INPUT')
    expect(await codeOf('{ series(name: "kept.a", start: "-PT1H", steps: 3) { end } }')).toBe(
      'BAD_USER_INPUT',
    )
  })
})

describe('a column', () => {
  beforeAll(() =>
    insert([
      { name: 'latency.a', value: 10, timestamp: NOON + 60 },
      { name: 'latency.a', value: 20, timestamp: NOON + 60 },
      { name: 'latency.a', value: 40, timestamp: NOON + 240 },
    ]),
  )

  test('has a number for each timestamp, with gaps filled as asked', async () => {
    const { series } = await ask(`{ series(name: "latency.a", interval: "minute", start: ${NOON}, steps: 6) {
      timestamps
      mean: column(stat: MEAN)
      zero: column(stat: MEAN, fill: ZERO)
      previous: column(stat: MEAN, fill: PREVIOUS)
      linear: column(stat: MEAN, fill: LINEAR)
      count: column(stat: COUNT)
      p75: column(stat: PERCENTILE, p: 75)
      buckets { timestamp mean p75: percentile(p: 75) }
    } }`)
    expect(series.timestamps).toEqual([0, 60, 120, 180, 240, 300].map((seconds) => NOON + seconds))
    expect(series.mean).toEqual([null, 15, null, null, 40, null])
    expect(series.mean).toEqual(series.buckets.map((bucket: { mean: number }) => bucket.mean))
    expect(series.zero).toEqual([0, 15, 0, 0, 40, 0])
    expect(series.previous).toEqual([null, 15, 15, 15, 40, 40])
    expect(series.linear[2]).toBeCloseTo(15 + 25 / 3)
    expect([series.linear[0], series.linear[5]]).toEqual([null, null])
    expect(series.count).toEqual([0, 2, 0, 0, 1, 0])
    expect(series.p75).toEqual([null, 17.5, null, null, 40, null])
  })

  test.each(['stat: PERCENTILE', 'stat: PERCENTILE, p: 101', 'stat: PERCENTILE, p: -1', 'stat: MEAN, p: 5'])(
    'of %s is refused',
    async (args) => {
      expect(
        await codeOf(`{ series(name: "latency.a", interval: "minute", steps: 1) { column(${args}) } }`),
      ).toBe('BAD_USER_INPUT')
    },
  )

  test('a grid spreads values over bins that are multiples of their width', async () => {
    const { series } = await ask(`{ series(name: "latency.a", interval: "minute", start: ${NOON}, steps: 5) {
      grid(width: 10) { width from counts } chosen: grid { width from counts }
    } }`)
    expect(series.grid).toEqual({
      width: 10,
      from: 10,
      counts: [
        [0, 0, 0, 0],
        [1, 1, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 1],
      ],
    })
    expect(series.chosen.counts.flat().reduce((a: number, b: number) => a + b)).toBe(3)
  })

  test('a grid of counts is none, and one of too many bins is refused', async () => {
    const { series } = await ask(`{ series(name: "count.a", ${twoHours}) { grid { width } } }`)
    expect(series.grid).toBeNull()
    for (const width of ['0', '-1', '0.001', '1e-300'])
      expect(
        await codeOf(
          `{ series(name: "latency.a", interval: "minute", start: ${NOON}, steps: 5) { grid(width: ${width}) { from } } }`,
        ),
      ).toBe('BAD_USER_INPUT')
  })
})

describe('several series', () => {
  test('are listed in the order asked, with an error in the place of one that cannot be read', async () => {
    const { data, errors } = await app.query(
      `{ seriesList(names: ["latency.a", "nobody", "count.a"], interval: "minute", start: ${NOON}, steps: 1) { names type } }`,
    )
    expect(data.seriesList).toEqual([
      { names: ['latency.a'], type: 'HISTOGRAM' },
      null,
      { names: ['count.a'], type: 'COUNT' },
    ])
    expect(errors).toMatchObject([{ path: ['seriesList', 1], extensions: { code: 'UNKNOWN_SERIES' } }])
  })

  test('are joined bucket by bucket', async () => {
    const { join } = await ask(
      `{ join(names: ["count.b", "count.a"], ${twoHours}) { names column(stat: SUM) } }`,
    )
    expect(join.names).toEqual(['count.b', 'count.a'])
    expect(join.column).toEqual(Array.from({ length: 120 }, (_, i) => (i === 0 ? null : 2 * i)))
  })

  test.each([
    ['["count.a", "latency.a"]', 'TYPE_MISMATCH'],
    ['["count.a", "other.a"]', 'TYPE_MISMATCH'],
    ['["count.a", "count.a"]', 'BAD_USER_INPUT'],
    ['[]', 'BAD_USER_INPUT'],
    ['["count.a", "nobody"]', 'UNKNOWN_SERIES'],
  ])('%s cannot be joined: %s', async (names, code) => {
    expect(await codeOf(`{ join(names: ${names}, interval: "minute") { end } }`)).toBe(code)
  })

  test('are joined without an interval in one that all have alike', async () => {
    const reaching = `start: ${NOON}, end: ${NOON + 7199}`
    const chosen = async (names: string) =>
      (await ask(`{ join(names: ${names}, ${reaching}, maxPoints: 2) { interval { name } } }`)).join.interval
        .name
    expect(await chosen('["count.a", "count.b"]')).toBe('hour')
    // Their hours differ in resolution, and one of them has no days.
    expect(await chosen('["count.a", "kept.a"]')).toBe('minute')
    expect(await chosen('["kept.a", "count.a"]')).toBe('minute')
    expect(await codeOf(`{ join(names: ["count.a", "other.a"], ${reaching}) { end } }`)).toBe('TYPE_MISMATCH')
    expect(await codeOf(`{ join(names: ["gauge.a", "latency.a"], ${reaching}) { end } }`)).toBe(
      'TYPE_MISMATCH',
    )
  })

  test('that are asked for twice are read once', async () => {
    const calls = async () =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await app.redis.info('commandstats'))?.[1] ?? 0)
    const before = await calls()
    await ask(
      `{ a: series(name: "count.a", ${twoHours}) { end } b: series(name: "count.a", ${twoHours}) { end } }`,
    )
    expect((await calls()) - before).toBe(1)
  })
})
