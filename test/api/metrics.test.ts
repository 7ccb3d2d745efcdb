import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'
import { events } from '../support/event-stream.ts'
import { documentAt } from '../support/markdown.ts'
import { growth, readMetrics } from '../support/metrics.ts'
import { token } from '../support/tokens.ts'
import { transports } from '../support/transports.ts'

const timeseries = [
  { name: 'hits', match: 'hits.*', type: 'count', intervals: { minute: { step: 60, steps: 60 } } },
  { name: 'words', match: 'words.*', type: 'series', intervals: { minute: { step: 60, steps: 60 } } },
]
const limits = {
  maxValueLength: 10,
  maxInserts: 5,
  maxBuckets: 100,
  maxCost: 50,
  maxValues: 4,
  maxSubscriptions: 1,
  maxSubscriptionsPerIdentity: 2,
}

let open: TestApp
let closed: TestApp
beforeAll(async () => {
  open = await startTestApp({ monitor: false, timeseries, limits })
  const tokens = [token('operator', 'admin'), token('reader', 'read:**', 'write:**', 'delete:**')]
  closed = await startTestApp({ monitor: false, timeseries, auth: { tokens } })
})
afterAll(async () => {
  await open.stop()
  await closed.stop()
})

const grown = (samples: readonly string[], work: () => Promise<unknown>) =>
  growth(open.app.url, samples, work)
const insert = (name: string, more = '') =>
  `mutation { insert(name: "${name}", value: 1 ${more}) { inserted } }`
const WATCH = 'subscription { series(name: "hits.live", interval: "minute", steps: 5) { cursor } }'
const subscriptions = ['websocket', 'sse'].map((each) => `kairos_subscriptions{transport="${each}"}`)
const idle = () =>
  vi.waitFor(async () => {
    const { value } = await readMetrics(open.app.url)
    expect(subscriptions.map(value)).toEqual([0, 0])
  })
const connect = () =>
  createClient({ url: `${open.app.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket })

test('execution is timed by type and outcome, whatever clients call it', async () => {
  const count = (type: string, outcome: string) =>
    `kairos_operation_seconds_count{type="${type}",outcome="${outcome}"}`
  const samples = [count('query', 'ok'), count('mutation', 'ok'), count('mutation', 'failed')]
  const times = await grown(samples, async () => {
    await open.query('query Mine { definitions { name } }')
    await open.query(insert('hits.a'))
    await open.query(insert('nothing'))
  })
  expect(times).toEqual([1, 1, 1])
  const { text, value } = await readMetrics(open.app.url)
  expect(text).not.toMatch(/Mine|hits\.|"nothing"/)
  expect(value('process_cpu_seconds_total')).toBeGreaterThan(0)
})

describe('an operation is counted once, by its type and the code of its first error', () => {
  const countedOnce = async (type: string, code: string, ask: () => Promise<unknown>) => {
    const { samples, value } = await readMetrics(open.app.url)
    await ask()
    const after = await readMetrics(open.app.url)
    const changed = after.samples
      .filter((sample) => sample.startsWith('kairos_operations_total'))
      .map((sample) => [sample, (after.value(sample) ?? 0) - (value(sample) ?? 0)] as const)
      .filter(([, growth]) => growth > 0)
    expect(changed).toEqual([[`kairos_operations_total{type="${type}",code="${code}"}`, 1]])
    expect(samples.length).toBeGreaterThan(0)
  }

  const every = Object.entries(transports)

  describe.each(every)('over %s', (_, ask) => {
    test.each([
      ['query', 'OK', '{ definitions { name } }'],
      ['query', 'UNKNOWN_SERIES', '{ series(name: "nothing", interval: "minute") { end } }'],
      ['unknown', 'BAD_USER_INPUT', '{ nope }'],
      ['unknown', 'BAD_USER_INPUT', '{ '],
      ['unknown', 'BAD_USER_INPUT', 'query ($n: Int!) { catalogue(first: $n) { edges { cursor } } }'],
    ])('%s %s: %s', async (type, code, query) => {
      await countedOnce(type, code, () => ask(open.app.url, query))
    })
  })

  // An event stream of yoga's would have another status than those of our own.
  test.each(every.filter(([name]) => name !== 'SSE'))(
    'an operation that cannot be found in its document, over %s',
    async (_, ask) => {
      const query = 'query A { definitions { name } } query B { definitions { name } }'
      await countedOnce('unknown', 'BAD_USER_INPUT', () => ask(open.app.url, query))
    },
  )

  test.each(every.filter(([name]) => name === 'WebSocket' || name === 'SSE'))(
    'a subscription that cannot begin, over %s',
    async (_, ask) => {
      const query = WATCH.replace('minute', 'nope')
      await countedOnce('subscription', 'UNKNOWN_INTERVAL', () => ask(open.app.url, query))
    },
  )

  test.each(['query', 'mutation', 'subscription', 'unknown'])(
    'the first mistake of ours in a %s is growth, not the beginning of a series',
    async (type) => {
      const { value } = await readMetrics(open.app.url)
      expect(value(`kairos_operations_total{type="${type}",code="INTERNAL"}`)).toBe(0)
    },
  )

  test('a subscription that begins', async () => {
    const stream = new AbortController()
    await countedOnce('subscription', 'OK', async () => {
      await events(open.app.url, WATCH, { signal: stream.signal }).next()
    })
    await countedOnce('subscription', 'OK', async () => {
      const client = connect()
      await client.iterate({ query: WATCH }).next()
      await client.dispose()
    })
    stream.abort()
    await idle()
  })
})

test('values are counted by what became of them', async () => {
  const outcomes = ['inserted', 'expired', 'duplicate', 'refused', 'failed']
  const samples = outcomes.map((outcome) => `kairos_insert_values_total{outcome="${outcome}"}`)
  const requests = ['kairos_insert_request_values_count', 'kairos_insert_request_values_sum']
  const two = '[{ name: "hits.a", value: 1 }, { name: "hits.b", value: 1 }]'
  const counts = await grown([...samples, ...requests], async () => {
    await open.query(`mutation { insertMany(inserts: ${two}) { inserted } }`)
    await open.query(insert('hits.a', 'timestamp: 1000000'))
    await open.query(insert('hits.a', 'id: "once"'))
    await open.query(insert('hits.a', 'id: "once"'))
    await open.query(`mutation { insertMany(inserts: ${two.replace('hits.b', 'nothing')}) { inserted } }`)
    await open.query(insert('hits.a', 'spread: 9'))
  })
  expect(counts).toEqual([3, 1, 1, 3, 0, 6, 8])
})

test('what Redis is asked for is counted and timed', async () => {
  const samples = [
    'kairos_script_seconds_count{script="write"}',
    'kairos_write_batch_requests_sum',
    'kairos_write_batch_requests_count',
    'kairos_script_seconds_count{script="read-chunks"}',
    'kairos_reads_total',
    'kairos_read_buckets_total',
    'kairos_read_values_total',
  ]
  const counts = await grown(samples, async () => {
    await open.query(insert('words.a').replace('1', '"x"'))
    await open.query('mutation { a: insert(name: "words.b", value: "x") { inserted } }')
    await open.query(
      '{ join(names: ["words.a", "words.b"], interval: "minute", steps: 3) { buckets { count } } }',
    )
  })
  expect(counts).toEqual([2, 2, 2, 1, 1, 6, 2])
  expect((await readMetrics(open.app.url)).value('kairos_script_seconds_sum{script="write"}')).toBeLessThan(5)
})

describe('a limit is counted for each operation that it is in the way of:', () => {
  const many = (n: number) =>
    `mutation { insertMany(inserts: [${Array.from({ length: n }, () => '{ name: "hits.a", value: 1 }').join()}]) { inserted } }`
  const read = (more: string, fields = 'end', name = 'hits.a') =>
    `{ series(name: "${name}", interval: "minute", ${more}) { ${fields} } }`
  test.each([
    ['maxInserts', many(6)],
    ['maxValueLength', 'mutation { insert(name: "words.a", value: "eleven char") { inserted } }'],
    [
      'maxValueLength',
      'mutation { insertMany(inserts: [{ name: "words.a", value: "eleven char" }]) { inserted } }',
    ],
    ['maxBuckets', read('steps: 101')],
    ['maxBuckets', `{ a: ${read('steps: 101').slice(1, -1)} b: ${read('steps: 102').slice(1, -1)} }`],
    ['maxCost', read('steps: 60')],
    ['document', `{ ${'a { '.repeat(30)}`.concat('b', ' }'.repeat(31))],
  ])('%s', async (limit, query) => {
    expect(await grown([`kairos_limit_hits_total{limit="${limit}"}`], () => open.query(query))).toEqual([1])
  })

  test('maxValues', async () => {
    const words = Array.from({ length: 5 }, () => '{ name: "words.full", value: "x" }').join()
    await open.query(`mutation { insertMany(inserts: [${words}]) { inserted } }`)
    const query = read('steps: 3', 'buckets { count }', 'words.full')
    expect(await grown(['kairos_limit_hits_total{limit="maxValues"}'], () => open.query(query))).toEqual([1])
  })

  test('maxSubscriptions, of a socket', async () => {
    const client = connect()
    await client.iterate({ query: WATCH }).next()
    const sample = 'kairos_limit_hits_total{limit="maxSubscriptions"}'
    const another = () => expect(client.iterate({ query: WATCH }).next()).rejects.toBeDefined()
    expect(await grown([sample], another)).toEqual([1])
    await client.dispose()
    await idle()
  })

  test('maxSubscriptionsPerIdentity, over all sockets', async () => {
    const clients = [connect(), connect(), connect()]
    const [one, two, another] = clients.map((client) => () => client.iterate({ query: WATCH }).next())
    await one?.()
    await two?.()
    const sample = 'kairos_limit_hits_total{limit="maxSubscriptionsPerIdentity"}'
    expect(await grown([sample], async () => another?.())).toEqual([1])
    for (const client of clients) await client.dispose()
    await idle()
  })
})

test('sockets, windows and subscriptions are those of now', async () => {
  const query = WATCH.replace('live', 'now')
  const samples = ['kairos_websockets', 'kairos_windows', 'kairos_watchers', ...subscriptions]
  const now = async () => {
    const { value } = await readMetrics(open.app.url)
    return samples.map((sample) => value(sample) ?? Number.NaN)
  }
  const [, lingering = 0] = await now()
  const client = connect()
  await client.iterate({ query }).next()
  const stream = new AbortController()
  await events(open.app.url, query, { signal: stream.signal }).next()
  expect(await now()).toEqual([1, lingering + 1, 2, 1, 1])
  await client.dispose()
  stream.abort()
  await vi.waitFor(async () => expect(await now()).toEqual([0, lingering + 1, 0, 0, 0]))
})

test('the lag of an update is counted once for all who are told, and its wait for maxRate is none', async () => {
  const query = WATCH.replace('steps: 5', 'steps: 5, maxRate: 1')
  const clients = [connect(), connect()]
  const watches = clients.map((client) => client.iterate({ query }))
  await Promise.all(watches.map((watch) => watch.next()))
  const samples = ['kairos_live_lag_seconds_count', 'kairos_live_lag_seconds_sum']
  const nexts = async () => {
    const told = Promise.all(watches.map((watch) => watch.next()))
    await open.query(insert('hits.live'))
    await told
  }
  await nexts()
  const [count, seconds] = await grown(samples, nexts)
  expect(count).toBe(1)
  expect(seconds).toBeGreaterThan(0)
  expect(seconds).toBeLessThan(0.5) // of the second that it waited
  for (const client of clients) await client.dispose()
})

test('a Redis that does not answer is down, and what was to be written has failed', async () => {
  const { server } = open
  expect((await readMetrics(open.app.url)).value('kairos_redis_up')).toBe(1)
  process.kill(server.pid, 'SIGSTOP')
  try {
    const { value } = await readMetrics(open.app.url)
    expect([value('kairos_redis_up'), value('kairos_redis_ping_seconds')]).toEqual([0, Number.NaN])
  } finally {
    process.kill(server.pid, 'SIGCONT')
  }
  await vi.waitFor(async () => expect((await readMetrics(open.app.url)).value('kairos_redis_up')).toBe(1))
  const samples = [
    'kairos_insert_values_total{outcome="failed"}',
    'kairos_script_failures_total{script="write"}',
    'kairos_redis_disconnects_total',
  ]
  const before = await readMetrics(open.app.url)
  await open.redis.config('SET', 'maxmemory', '1')
  try {
    expect((await open.query(insert('hits.a'))).errors?.[0]?.extensions.code).toBe('STORE_UNAVAILABLE')
  } finally {
    await open.redis.config('SET', 'maxmemory', '0')
  }
  await open.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  await vi.waitFor(async () => {
    const { value } = await readMetrics(open.app.url)
    const [failed = 0, failures = 0, disconnects = 0] = samples.map(
      (sample) => (value(sample) ?? 0) - (before.value(sample) ?? 0),
    )
    expect([failed, failures, disconnects > 0, value('kairos_redis_up')]).toEqual([1, 1, true, 1])
  })
})

describe('with auth', () => {
  test('metrics are for the scope admin alone', async () => {
    const status = async (presented?: string) => (await readMetrics(closed.app.url, presented)).status
    expect([await status(), await status('no-such-token'), await status('reader')]).toEqual([401, 401, 403])
    expect(JSON.parse((await readMetrics(closed.app.url, 'reader')).text).errors[0].extensions.code).toBe(
      'FORBIDDEN',
    )
    expect(await status('operator')).toBe(200)
  })

  test('strangers are counted, whatever they come over', async () => {
    const failures = async () =>
      (await readMetrics(closed.app.url, 'operator')).value('kairos_auth_failures_total') ?? 0
    for (const [, ask] of Object.entries(transports)) {
      const before = await failures()
      expect((await ask(closed.app.url, '{ definitions { name } }', 'Bearer nobody')).status).toBe(401)
      expect((await failures()) - before).toBe(1)
    }
  })
})

test('pages of other sites cannot read them', async () => {
  const headers = { origin: 'https://elsewhere.example' }
  expect((await fetch(`${open.app.url}/metrics`, { headers })).status).toBe(403)
})

describe('docs/operation.md', () => {
  const named = new Set(documentAt('docs/operation.md').match(/\b(kairos|nodejs|process)_[a-z0-9_]+/g))

  test('names every metric that is exposed, and none that is not', async () => {
    const { names } = await readMetrics(open.app.url)
    expect(names.length).toBeGreaterThan(50)
    // PromQL asks for what a histogram is made of.
    const metricOf = (name: string) =>
      names.includes(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
    expect([...new Set([...named].map(metricOf))].sort()).toEqual([...names].sort())
  })

  test('says of each of ours what it asks, and its HELP says what it is', async () => {
    const { text } = await readMetrics(open.app.url)
    for (const [, name, help] of text.matchAll(/^# HELP (kairos_\S+) (.*)$/gm)) {
      expect(help, name).toMatch(/^[A-Z1].+\.$/)
      if (name?.endsWith('_seconds')) expect(help, name).toContain('Seconds')
    }
  })
})
