import { once } from 'node:events'
import { Agent, get, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

/** A full hour that has not left what the demo keeps. */
const HOUR = Math.floor(Date.now() / 3_600_000 - 1) * 3600

describe('insert and series', () => {
  test('what was inserted is read back, on an axis without holes', async () => {
    const { data } = await app.query(`mutation {
      a: insert(name: "api.hits", value: 2, timestamp: ${HOUR}) { inserted expired duplicate }
      b: insert(name: "api.hits", timestamp: ${HOUR + 125}) { inserted }
    }`)
    expect(data.a).toEqual({ inserted: 1, expired: 0, duplicate: false })
    const read = await app.query(`{
      series(name: "api.hits", interval: "minute", start: ${HOUR}, end: ${HOUR + 179}) {
        names type end interval { name step }
        timestamps
        buckets { timestamp seconds empty count sum mean rate }
      }
    }`)
    expect(read.data.series).toEqual({
      names: ['api.hits'],
      type: 'COUNT',
      end: HOUR + 180,
      interval: { name: 'minute', step: '1min' },
      timestamps: [HOUR, HOUR + 60, HOUR + 120],
      buckets: [
        { timestamp: HOUR, seconds: 60, empty: false, count: 2, sum: 2, mean: null, rate: 2 / 60 },
        { timestamp: HOUR + 60, seconds: 60, empty: true, count: 0, sum: null, mean: null, rate: 0 },
        { timestamp: HOUR + 120, seconds: 60, empty: false, count: 1, sum: 1, mean: null, rate: 1 / 60 },
      ],
    })
  })

  test('collapsed folds the range into one bucket', async () => {
    const { data } = await app.query(`{
      series(name: "api.hits", interval: "minute", start: ${HOUR}, end: ${HOUR + 179}, collapsed: true) {
        buckets { timestamp seconds sum }
      }
    }`)
    expect(data.series.buckets).toEqual([{ timestamp: HOUR, seconds: 180, sum: 3 }])
  })

  test('a histogram has weighted statistics, quantized when written', async () => {
    await app.query('mutation ($inserts: [InsertInput!]!) { insertMany(inserts: $inserts) { inserted } }', {
      inserts: [10, 11, 12.4, 12.5, 99].map((value) => ({ name: 'latency.api', value, timestamp: HOUR })),
    })
    const { data } = await app.query(`{
      series(name: "latency.api", interval: "minute", start: ${HOUR}, steps: 1) {
        buckets { count mean min max stddev p50: percentile(p: 50) p100: percentile(p: 100) entries { value count } top: entries(top: 1) { value count } }
      }
    }`)
    const [bucket] = data.series.buckets
    expect(bucket.entries).toEqual([
      { value: 10, count: 3 },
      { value: 15, count: 1 },
      { value: 100, count: 1 },
    ])
    expect(bucket).toMatchObject({
      count: 5,
      mean: 29,
      min: 10,
      max: 100,
      p50: 10,
      p100: 100,
      top: [{ value: 10, count: 3 }],
    })
    expect(bucket.stddev).toBeCloseTo(Math.sqrt((3 * 19 ** 2 + 14 ** 2 + 71 ** 2) / 5), 9)
  })

  test('what adds up to more than a number can be is null, or the largest number where there must be one', async () => {
    await app.redis.rpush(`kairos:{huge}:minute:${HOUR / 3600}`, '1.7e308', '1.6e308')
    await app.query(`mutation {
      c: insert(name: "latency.huge", value: 1.7e308, timestamp: ${HOUR}) { inserted }
      d: insert(name: "latency.huge", value: -1.7e308, timestamp: ${HOUR}) { inserted }
      e: insert(name: "latency.huge", value: 1.6e308, timestamp: ${HOUR + 60}) { inserted }
      f: insert(name: "latency.huge", value: 1.6e308, timestamp: ${HOUR + 60}) { inserted }
    }`)
    const { data, errors } = await app.query(`{
      counted: series(name: "huge", interval: "minute", start: ${HOUR}, steps: 2, collapsed: true) {
        buckets { count sum rate }
      }
      values: series(name: "latency.huge", interval: "minute", start: ${HOUR}, steps: 2) {
        buckets { count sum mean stddev min max percentile(p: 50) }
      }
    }`)
    expect(errors).toBeUndefined()
    const [{ count, sum, rate }] = data.counted.buckets
    expect([count, sum]).toEqual([Number.MAX_VALUE, null])
    expect(rate).toBeGreaterThan(1e300)
    expect(data.values.buckets[0]).toMatchObject({ count: 2, sum: 0, stddev: null, percentile: 0 })
    expect(data.values.buckets[1]).toMatchObject({ count: 2, sum: null, mean: null, max: 1.6e308 })
  })

  test('an id makes an insert happen once, and belongs to one request', async () => {
    const insert =
      'mutation ($value: Value) { insert(name: "once", value: $value, id: "i-1") { inserted duplicate } }'
    expect((await app.query(insert, { value: 3 })).data.insert).toEqual({ inserted: 1, duplicate: false })
    expect((await app.query(insert, { value: 3 })).data.insert).toEqual({ inserted: 1, duplicate: true })
    expect((await app.query(insert, { value: 4 })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    const { data } = await app.query(
      '{ series(name: "once", interval: "minute", steps: 2, collapsed: true) { buckets { sum } } }',
    )
    expect(data.series.buckets[0].sum).toBe(3)
  })

  test('of a faulty insertMany nothing is written, and every fault is named', async () => {
    const { errors } = await app.query(`mutation {
      insertMany(inserts: [{ name: "whole" }, { name: "a:b" }, { name: "whole", value: "x" }]) { inserted }
    }`)
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      faultCount: 2,
      faults: [
        { index: 1, code: 'BAD_USER_INPUT' },
        { index: 2, code: 'BAD_USER_INPUT' },
      ],
    })
    const { data } = await app.query(
      '{ series(name: "whole", interval: "hour", steps: 2) { buckets { empty } } }',
    )
    expect(data.series.buckets).toEqual([{ empty: true }, { empty: true }])
  })

  test('a key of a foreign type is TYPE_MISMATCH, for reading and for writing, and stays as it is', async () => {
    const key = `kairos:{foreign}:minute:${Math.floor(HOUR / 3600)}`
    await app.redis.rpush(key, 'x')
    const read = await app.query(
      `{ series(name: "foreign", interval: "minute", start: ${HOUR}, steps: 1) { end } }`,
    )
    const written = await app.query(`mutation { insert(name: "foreign", timestamp: ${HOUR}) { inserted } }`)
    expect(read.errors?.[0]?.extensions.code).toBe('TYPE_MISMATCH')
    expect(written.errors?.[0]?.extensions.code).toBe('TYPE_MISMATCH')
    expect(await app.redis.lrange(key, 0, -1)).toEqual(['x'])
    expect(await app.redis.keys('kairos:{foreign}:*')).toEqual([key])
  })
})

describe('what is asked wrongly has a code', () => {
  const series = (rest: string) => `{ series(name: "x", interval: "minute"${rest}) { end } }`
  test.each([
    ['an unknown interval', '{ series(name: "x", interval: "nope") { end } }', 'UNKNOWN_INTERVAL'],
    ['a syntax error', '{ series(', 'BAD_USER_INPUT'],
    ['an unknown field', '{ nope }', 'BAD_USER_INPUT'],
    ['no steps', series(', steps: 0'), 'BAD_USER_INPUT'],
    ['a start after the end', series(', start: 200, end: 100'), 'BAD_USER_INPUT'],
    ['steps beside start and end', series(', start: 100, end: 200, steps: 1'), 'BAD_USER_INPUT'],
    ['milliseconds', series(', start: 1795435200000'), 'BAD_USER_INPUT'],
    ['a time without a zone', series(', start: "2026-02-28T12:00:00"'), 'BAD_USER_INPUT'],
    ['too many buckets', series(', start: 0, end: 1795435200'), 'RANGE_TOO_LARGE'],
    ['a range that leaves time', series(', start: 99999999999, steps: 20000'), 'BAD_USER_INPUT'],
    [
      'a percentile beyond 100',
      '{ series(name: "x", interval: "minute") { buckets { percentile(p: 101) } } }',
      'BAD_USER_INPUT',
    ],
    ['a name with a colon', '{ series(name: "a:b", interval: "minute") { end } }', 'BAD_USER_INPUT'],
    [
      'a duration for a write',
      'mutation { insert(name: "x", timestamp: "-PT1H") { inserted } }',
      'BAD_USER_INPUT',
    ],
    ['too many copies', 'mutation { insert(name: "x", spread: 1001) { inserted } }', 'BAD_USER_INPUT'],
    ['an empty id', 'mutation { insert(name: "x", id: "") { inserted } }', 'BAD_USER_INPUT'],
  ])('%s', async (_what, query, code) => {
    const { errors } = await app.query(query)
    expect(errors?.map(({ extensions }) => extensions.code)).toContain(code)
  })
})

describe('who may ask', () => {
  test('a page of another origin is refused', async () => {
    const headers = { 'content-type': 'application/json', origin: 'https://elsewhere.example' }
    const response = await fetch(`${app.app.url}/graphql`, {
      method: 'POST',
      headers,
      body: '{"query":"{ __typename }"}',
    })
    expect(response.status).toBe(403)
  })

  test('a Host that is no host is refused with a code', async () => {
    const { port } = new URL(app.app.url)
    const asked = get({ port, path: '/graphql', host: '127.0.0.1', headers: { host: 'localhost:99999' } })
    const [response] = await once(asked, 'response')
    let body = ''
    for await (const chunk of response) body += chunk
    expect(response.statusCode).toBe(400)
    expect(JSON.parse(body).errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' })
  })

  test('a body larger than 4 MiB is refused, whether it says so or comes in chunks, and the server reads no more', async () => {
    const body = JSON.stringify({ query: '{ __typename }', padding: 'x'.repeat(4 * 1024 * 1024) })
    const headers = { 'content-type': 'application/json' }
    for (const length of [{ 'content-length': String(body.length) }, { 'transfer-encoding': 'chunked' }]) {
      const asked = request(`${app.app.url}/graphql`, { method: 'POST', headers: { ...headers, ...length } })
      asked.on('error', () => {}) // the rest is not taken
      for (let from = 0; from < body.length; from += 65_536) asked.write(body.slice(from, from + 65_536))
      asked.end()
      const [response] = await once(asked, 'response')
      let text = ''
      for await (const chunk of response) text += chunk
      expect(response.statusCode).toBe(413)
      expect(JSON.parse(text).errors[0].extensions.code).toBe('BAD_USER_INPUT')
    }
  })

  test('a body that nobody reads does not block its connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const headers = { 'content-type': 'text/plain' }
    for (const body of ['x'.repeat(1024 * 1024), '']) {
      const asked = request(`${app.app.url}/graphql`, { method: 'PUT', headers, agent })
      asked.end(body)
      const [response] = await once(asked, 'response')
      response.resume()
      await once(response, 'end')
      expect(response.statusCode).toBeGreaterThanOrEqual(400)
    }
    agent.destroy()
  })

  test('a path that is no URL is answered like any other', async () => {
    const { port } = new URL(app.app.url)
    const status = await new Promise<number | undefined>((resolve, reject) => {
      get({ port, path: '//', host: '127.0.0.1', headers: { host: 'localhost' } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).on('error', reject)
    })
    expect(status).toBeDefined()
    expect((await fetch(`${app.app.url}/health/live`)).status).toBe(200)
  })

  test('health tells whether Redis answers', async () => {
    expect((await fetch(`${app.app.url}/health/live`)).status).toBe(200)
    expect((await fetch(`${app.app.url}/health/ready`)).status).toBe(200)
  })

  test('the server records itself', async () => {
    await expect
      .poll(
        async () => {
          const { data } = await app.query(
            'query Look { series(name: "monitor.graphql.operations", interval: "hour", steps: 1) { buckets { members } } }',
          )
          return data.series.buckets[0].members
        },
        { timeout: 10_000 },
      )
      .toContain('Look')
  })
})
