import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Insert, KairosError, Timeseries } from '../../src/kairos/index.ts'
import { startRedisServer } from '../support/redis-server.ts'

/**
 * What the Python library kairos 0.10.1 did, recorded: the same inserts must leave the same keys and give the same
 * reads. Where we differ on purpose: mean, min and max of nothing are null (there 0), and a key lives until its
 * bucket has left the window, counted from the clock (there up to a step longer).
 */
interface Vector {
  readonly id: string
  readonly title: string
  readonly flags?: readonly string[]
  readonly config: {
    readonly type: 'series' | 'histogram' | 'count' | 'gauge' | 'set'
    readonly prefix?: string
    readonly read: keyof typeof reads
    readonly write?: keyof typeof writes
    readonly intervals: Record<
      string,
      { step: number | string; steps?: number; resolution?: number | string }
    >
  }
  readonly now: number
  readonly inserts: readonly Operation[]
  readonly expect: {
    readonly construct?: { readonly error: unknown }
    readonly keyspace: Record<string, { type: string; value: unknown; ttl: number | null }>
    readonly reads: readonly Read[]
    readonly ops?: readonly { index: number; returns?: unknown; error?: unknown }[]
  }
}

type Operation =
  | { op: 'insert'; name: string; value?: unknown; timestamp?: number; intervals?: number }
  | { op: 'bulk_insert'; inserts: [number | null, [string, unknown[]][]][]; intervals?: number }
  | { op: 'delete'; name: string }
  | { op: 'delete_all' }
  | { op: 'set_now'; now: number }

interface Read {
  readonly op: 'get' | 'series' | 'iterate' | 'properties' | 'list'
  readonly args: {
    name?: string
    names?: string[]
    interval?: string
    timestamp?: number
    start?: number
    end?: number
    steps?: number
    condense?: boolean
    condensed?: boolean
    collapse?: boolean
    transform?: 'mean'
  }
  readonly result?: unknown
  readonly nested?: boolean
  readonly error?: { type: string }
}

const reads = {
  string: (text: string) => text,
  int: Number,
  float: Number,
  int_or_0: (text: string) => Number(text || 0),
}

const writes = {
  trunc: (value: unknown) => Math.trunc(Number(value)),
  floor10: (value: unknown) => Number(value) - (Number(value) % 10),
  x10: (value: unknown) => Number(value) * 10,
  upper: (value: unknown) => String(value).toUpperCase(),
}

const { vectors }: { vectors: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('../golden/shared.json', import.meta.url), 'utf8'),
)

describe('in layout kairos, the recorded behaviour of the original', () => {
  let server: Awaited<ReturnType<typeof startRedisServer>>
  let redis: Redis

  beforeAll(async () => {
    server = await startRedisServer()
    redis = new Redis(server.url)
  })
  beforeEach(() => redis.flushall())
  afterAll(async () => {
    await redis.quit()
    await server.stop()
  })

  test.each(vectors.filter((vector) => vector.expect.construct))('$id: $title is refused', ({ config }) => {
    const intervals = config.intervals
    expect(() => new Timeseries(redis, { type: config.type, intervals })).toThrow(KairosError)
  })

  test.each(vectors.filter((vector) => !vector.expect.construct))('$id: $title', async (vector) => {
    const clock = { now: vector.now }
    const timeseries = new Timeseries(redis, {
      type: vector.config.type,
      prefix: vector.config.prefix,
      read: reads[vector.config.read] as (text: string) => unknown,
      write: vector.config.write && writes[vector.config.write],
      intervals: vector.config.intervals,
      clock: () => clock.now,
    })
    const created = new Map<string, number>()
    for (const [index, operation] of vector.inserts.entries()) {
      const returned = await apply(timeseries, operation, clock)
      const expected = vector.expect.ops?.find((op) => op.index === index)
      if (operation.op === 'delete' && expected) expect(returned).toBe(Math.min(1, Number(expected.returns)))
      for (const key of await redis.keys('*')) if (!created.has(key)) created.set(key, clock.now)
    }
    await expectKeyspace(redis, vector, created, clock.now)
    for (const read of vector.expect.reads) await expectRead(timeseries, read, vector.config)
  })
})

async function apply(
  timeseries: Timeseries<Vector['config']['type'], unknown>,
  operation: Operation,
  clock: { now: number },
) {
  switch (operation.op) {
    case 'insert': {
      const { op, name, value, ...options } = operation
      return await timeseries.insert(name, value, options)
    }
    case 'bulk_insert':
      return await timeseries.insertMany(bulk(operation))
    case 'delete':
      return await timeseries.delete(operation.name)
    case 'delete_all':
      return await timeseries.deleteAll()
    case 'set_now':
      clock.now = operation.now
      return undefined
  }
}

/** The original inserts what has no timestamp last. */
function bulk({ inserts, intervals }: Extract<Operation, { op: 'bulk_insert' }>): Insert[] {
  const ordered = [...inserts.filter(([at]) => at !== null), ...inserts.filter(([at]) => at === null)]
  return ordered.flatMap(([at, names]) =>
    names.map(([name, value]) => ({ name, value, intervals, timestamp: at ?? undefined })),
  )
}

async function expectKeyspace(
  redis: Redis,
  { expect: { keyspace }, config, flags = [] }: Vector,
  created: ReadonlyMap<string, number>,
  now: number,
) {
  expect((await redis.keys('*')).sort()).toEqual(Object.keys(keyspace).sort())
  for (const [key, { type, value, ttl }] of Object.entries(keyspace)) {
    expect(await redis.type(key), key).toBe(type)
    expect(await contents(redis, key, type), key).toEqual(type === 'string' ? matching(String(value)) : value)
    const left = await redis.pttl(key)
    if (ttl === null) expect(left, key).toBe(-1)
    else if (flags.includes('approximate-ttl')) expect(left, key).toBeGreaterThan(0)
    else {
      // Both expire within the step after the bucket has left; ours counts from the first write, theirs from the last.
      const step = stepOf(config, key)
      const expires = (created.get(key) ?? now) + left / 1000
      expect(expires, key).toBeLessThanOrEqual(now + ttl + step)
      expect(expires, key).toBeGreaterThan((created.get(key) ?? now) + ttl - step - SLACK)
    }
  }
}

/** Seconds that a vector may take on a busy machine. */
const SLACK = 30

/** Sums of floats may differ in the last digits. */
function matching(text: string) {
  return /^-?\d+\.\d+$/.test(text)
    ? expect.toSatisfy((actual: string) => Math.abs(Number(actual) / Number(text) - 1) < 1e-12)
    : text
}

function stepOf(config: Vector['config'], key: string): number {
  const rest = key.slice(config.prefix ? config.prefix.replace(/:?$/, ':').length : 0)
  const step = config.intervals[rest.split(':')[1] ?? '']?.step
  if (typeof step === 'number') return step
  const [, amount, unit] = /^(\d+)([hdwmy]?)$/.exec(step ?? '') ?? []
  const seconds: Record<string, number> = {
    '': 1,
    h: 3600,
    d: 86400,
    w: 604800,
    m: 30 * 86400,
    y: 365 * 86400,
  }
  const calendar: Record<string, number> = {
    daily: 86400,
    weekly: 604800,
    monthly: 31 * 86400,
    yearly: 366 * 86400,
  }
  return amount === undefined ? (calendar[step ?? ''] ?? 0) : Number(amount) * (seconds[unit ?? ''] ?? 0)
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

async function contents(redis: Redis, key: string, type: string): Promise<unknown> {
  if (type === 'list') return await redis.lrange(key, 0, -1)
  if (type === 'hash') return await redis.hgetall(key)
  if (type === 'set') return (await redis.smembers(key)).sort(byBytes)
  return await redis.get(key)
}

async function expectRead(
  timeseries: Timeseries<Vector['config']['type'], unknown>,
  { op, args, result, error, nested = false }: Read,
  config: Vector['config'],
) {
  const { name, names, interval = '', condense, condensed = condense, ...rest } = args
  const subject = names ?? name ?? ''
  const options = { ...rest, condensed }
  const perform = async (): Promise<unknown> => {
    switch (op) {
      case 'get':
        return rows(await timeseries.get(subject, interval, options), config)
      case 'series':
        return rows(await timeseries.series(subject, interval, options), config, nested)
      case 'iterate':
        return rows(await collect(timeseries.iterate(subject, interval, options)), config)
      case 'properties':
        return await timeseries.properties(name ?? '')
      case 'list':
        return (await timeseries.names()).sort(byBytes)
    }
  }
  const what = `${op} ${JSON.stringify(args)}`
  if (error) {
    const code = error.type === 'UnknownInterval' ? 'UNKNOWN_INTERVAL' : expect.any(String)
    await expect(perform(), what).rejects.toMatchObject({ name: 'KairosError', code })
  } else {
    expect(await perform(), what).toEqual(op === 'properties' || op === 'list' ? result : sorted(result))
  }
}

async function collect<R>(iterable: AsyncIterable<R>): Promise<R[]> {
  const all: R[] = []
  for await (const each of iterable) all.push(each)
  return all
}

/** Our maps in the shapes of the recording. */
function rows(map: Iterable<[number, unknown]>, config: Vector['config'], nested = false): unknown {
  return [...map].map(([at, data]) => [
    at,
    nested && data instanceof Map ? rows(data, config) : shape(data, config),
  ])
}

function shape(data: unknown, config: Vector['config']): unknown {
  if (data instanceof Map) return sorted({ $hist: [...data] })
  if (data instanceof Set) return sorted({ $set: [...data] })
  if (data === null) return config.type === 'gauge' && config.read !== 'int_or_0' ? null : 0
  if (typeof data !== 'object' || Array.isArray(data)) return data
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, shape(value, config)]))
}

/** Histograms and sets have no order. */
function sorted(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sorted)
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      key.startsWith('$')
        ? [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
        : sorted(value),
    ]),
  )
}
