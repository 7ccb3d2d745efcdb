import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import {
  type Client,
  type ErrorCode,
  type GetOptions,
  type Insert,
  type LayoutName,
  type SeriesOptions,
  Timeseries,
  type TimeseriesOptions,
} from '../../src/kairos/index.ts'

/** Inserts and reads as they were made with the Python library kairos, and what came of them. */
export interface Vector {
  readonly id: string
  readonly title: string
  /** zone that the process ran in; UTC where absent */
  readonly tz?: string
  readonly config: {
    readonly type?: 'series' | 'histogram' | 'count' | 'gauge' | 'set'
    readonly prefix?: string
    readonly read: keyof typeof reads
    readonly write?: keyof typeof writes
    readonly intervals: Readonly<Record<string, { step: unknown; steps?: unknown; resolution?: unknown }>>
  }
  readonly now: number
  readonly inserts: readonly Operation[]
  readonly expect: Outcome
  /** what should have come of them, where `expect` is wrong */
  readonly suggested?: Outcome
}

export interface Outcome {
  readonly construct?: { readonly error: Fault }
  readonly keyspace: Keyspace
  readonly reads: readonly Read[]
  readonly ops?: readonly { readonly index: number; readonly returns?: unknown; readonly error?: Fault }[]
}

/** Every key; `ttl` null where it never expires. */
export type Keyspace = Readonly<Record<string, { type: string; value: unknown; ttl: number | null }>>

/** A Python exception, or a code of ours. */
type Fault = { readonly type: string } | { readonly code: ErrorCode }

type Operation =
  | ({ op: 'insert'; name: string; value?: unknown } & Omit<Insert, 'name' | 'value'>)
  | {
      op: 'bulk_insert'
      inserts: [number | null, [string, unknown[]][]][]
      intervals?: number
      times?: number
    }
  | { op: 'delete'; name: string }
  | { op: 'delete_all' }
  | { op: 'set_now'; now: number }
  | { op: 'raw'; cmd: [string, ...string[]] }

export interface Read {
  readonly op: 'get' | 'series' | 'iterate' | 'properties' | 'list'
  readonly args: {
    name?: string
    names?: string[]
    interval?: string
    timestamp?: number | null
    start?: number
    end?: number
    steps?: number
    condense?: boolean
    condensed?: boolean
    collapse?: boolean
    transform?: unknown
  }
  readonly result?: unknown
  readonly nested?: boolean
  readonly error?: Fault
}

type Recorded = Timeseries<NonNullable<Vector['config']['type']>, unknown>

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

/** The vectors of a file of `test/golden`. */
export function vectorsOf(file: string): readonly Vector[] {
  return JSON.parse(readFileSync(new URL(`../golden/${file}`, import.meta.url), 'utf8')).vectors
}

interface RecordedOptions {
  readonly read?: ((text: string) => unknown) | undefined
  readonly layout?: LayoutName
}

/** Throws what our constructor throws. */
export function timeseriesOf(
  redis: Client,
  { config }: Pick<Vector, 'config'>,
  clock: () => number,
  { read = reads[config.read], layout = 'kairos' }: RecordedOptions = {},
): Recorded {
  const { type, prefix, write } = config
  // Python has no types that keep a caller from an interval that cannot be.
  const intervals = config.intervals as TimeseriesOptions<'series', unknown>['intervals']
  const options = { prefix, read, write: write && writes[write], intervals, clock, layout }
  return new Timeseries(redis, { ...options, ...(type && { type }) })
}

/**
 * Does in an empty database what a vector says, and expects `outcome`: of the constructor, of every operation, of
 * every key, in layout kairos, and of every read. `nothing` is what the outcome has where our reads have null.
 */
export async function replay(
  redis: Client,
  vector: Vector,
  outcome: Outcome,
  { nothing = null, layout = 'kairos' }: { nothing?: unknown; layout?: LayoutName } = {},
) {
  const clock = { now: vector.now }
  const make = () => timeseriesOf(redis, vector, () => clock.now, { layout })
  if (outcome.construct) {
    expect(make).toThrow(expect.objectContaining(kairosError(outcome.construct.error)))
    return
  }
  const timeseries = make()
  const created = new Map<string, number>()
  for (const [index, operation] of vector.inserts.entries()) {
    const { error, returns } = outcome.ops?.find((op) => op.index === index) ?? {}
    const applied = apply(redis, timeseries, operation, clock)
    if (error) await expect(applied, `operation ${index}`).rejects.toMatchObject(kairosError(error))
    // The original gives how many keys it deleted, we how many series.
    else if (operation.op === 'delete' && returns !== undefined)
      expect(await applied).toBe(Math.min(1, Number(returns)))
    else if (returns) expect(await applied, `operation ${index}`).toMatchObject(returns)
    else await applied
    for (const key of await redis.keys('*')) if (!created.has(key)) created.set(key, clock.now)
  }
  if (layout === 'kairos') await expectKeyspace(redis, vector.config, outcome.keyspace, created, clock.now)
  for (const read of outcome.reads) await expectRead(timeseries, read, nothing)
}

function kairosError(error: Fault): { name: string; code: ErrorCode } {
  const name = 'KairosError'
  if ('code' in error) return { name, code: error.code }
  return { name, code: error.type === 'UnknownInterval' ? 'UNKNOWN_INTERVAL' : 'BAD_USER_INPUT' }
}

async function apply(redis: Client, timeseries: Recorded, operation: Operation, clock: { now: number }) {
  switch (operation.op) {
    case 'insert': {
      const { op, name, value, ...options } = operation
      return await timeseries.insert(name, value, options)
    }
    case 'bulk_insert': {
      const inserts = bulk(operation)
      const before = structuredClone(inserts)
      for (let time = 1; time < (operation.times ?? 1); time += 1) await timeseries.insertMany(inserts)
      const result = await timeseries.insertMany(inserts)
      expect(inserts, 'what was inserted').toEqual(before)
      return result
    }
    case 'delete':
      return await timeseries.delete(operation.name)
    case 'delete_all':
      return await timeseries.deleteAll()
    case 'set_now':
      clock.now = operation.now
      return undefined
    case 'raw':
      return await redis.call(...operation.cmd)
  }
}

/** The original inserts what has no timestamp last. */
function bulk({ inserts, intervals }: Extract<Operation, { op: 'bulk_insert' }>): Insert[] {
  const ordered = [...inserts.filter(([at]) => at !== null), ...inserts.filter(([at]) => at === null)]
  return ordered.flatMap(([at, names]) =>
    names.map(([name, value]) => ({ name, value, intervals, timestamp: at ?? undefined })),
  )
}

/** Writes keys as another program would. */
export async function plant(redis: Client, keyspace: Keyspace) {
  for (const [key, { type, value }] of Object.entries(keyspace)) {
    if (type === 'string') await redis.set(key, String(value))
    else if (type === 'hash') await redis.hset(key, Object(value))
    else if (Array.isArray(value)) await redis[type === 'list' ? 'rpush' : 'sadd'](key, ...value)
  }
}

export async function expectKeyspace(
  redis: Client,
  config: Vector['config'],
  keyspace: Keyspace,
  created: ReadonlyMap<string, number>,
  now: number,
) {
  expect((await redis.keys('*')).sort()).toEqual(Object.keys(keyspace).sort())
  for (const [key, { type, value, ttl }] of Object.entries(keyspace)) {
    expect(await redis.type(key), key).toBe(type)
    expect(await contents(redis, key, type), key).toEqual(type === 'string' ? matching(String(value)) : value)
    const left = await redis.pttl(key)
    if (ttl === null) expect(left, key).toBe(-1)
    else {
      // Lives are counted from the clock at one of the writes, and Redis has aged the key a little since.
      const { leaves, next } = windowOf(config, key)
      expect(left / 1000, key).toBeGreaterThan(leaves - now - SLACK)
      expect(left / 1000, key).toBeLessThanOrEqual(next - (created.get(key) ?? now))
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

/** When the step of a key leaves its interval's `steps`, and when the step after that ends: a key expires between. */
function windowOf({ prefix = '', intervals }: Vector['config'], key: string) {
  const [, interval = '', bucket] = key
    .slice(prefix === '' ? 0 : prefix.replace(/:?$/, ':').length)
    .split(':')
  const { step, steps } = intervals[interval] ?? {}
  let leaves = startOf(step, Number(bucket))
  for (let n = 0; n < Number(steps); n += 1) leaves = after(step, leaves)
  return { leaves, next: after(step, leaves) }
}

const DAY = 86_400
const UNITS: Readonly<Record<string, number>> = {
  h: 3600,
  d: DAY,
  w: 7 * DAY,
  m: 30 * DAY,
  y: 365 * DAY,
}

function secondsOf(step: unknown): number {
  const [, amount, unit = ''] = /^(\d+)([hdwmy]?)$/.exec(String(step)) ?? []
  return Number(amount) * (UNITS[unit] ?? 1)
}

/** UTC in seconds; `month` counts from 0. */
const utc = (year: number, month = 0, day = 1) => Date.UTC(year, month, day) / 1000
/** 0 is Sunday. */
const weekday = (t: number) => new Date(t * 1000).getUTCDay()

/** Written for these tests, so that the engine's calendar is not compared with itself. */
function startOf(step: unknown, bucket: number): number {
  switch (step) {
    case 'daily':
      return utc(Math.floor(bucket / 10_000), (Math.floor(bucket / 100) % 100) - 1, bucket % 100)
    case 'weekly': {
      const newYear = utc(Math.floor(bucket / 100))
      const firstSunday = newYear + ((7 - weekday(newYear)) % 7) * DAY
      return Math.max(newYear, firstSunday + ((bucket % 100) - 1) * 7 * DAY)
    }
    case 'monthly':
      return utc(Math.floor(bucket / 100), (bucket % 100) - 1)
    case 'yearly':
      return utc(bucket)
    default:
      return bucket * secondsOf(step)
  }
}

function after(step: unknown, start: number): number {
  const date = new Date(start * 1000)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  switch (step) {
    case 'daily':
      return utc(year, month, day + 1)
    case 'weekly':
      return Math.min(utc(year, month, day + 7 - weekday(start)), utc(year + 1))
    case 'monthly':
      return utc(year, month + 1)
    case 'yearly':
      return utc(year + 1)
    default:
      return start + secondsOf(step)
  }
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

async function contents(redis: Client, key: string, type: string): Promise<unknown> {
  if (type === 'list') return await redis.lrange(key, 0, -1)
  if (type === 'hash') return await redis.hgetall(key)
  if (type === 'set') return (await redis.smembers(key)).sort(byBytes)
  return await redis.get(key)
}

export async function expectRead(timeseries: Recorded, read: Read, nothing: unknown = null) {
  const what = `${read.op} ${JSON.stringify(read.args)}`
  if (read.error) {
    await expect(perform(timeseries, read, nothing), what).rejects.toMatchObject(kairosError(read.error))
  } else {
    const plain = read.op === 'properties' || read.op === 'list'
    expect(await perform(timeseries, read, nothing), what).toEqual(plain ? read.result : sorted(read.result))
  }
}

async function perform(
  timeseries: Recorded,
  { op, args, nested = false }: Read,
  nothing: unknown,
): Promise<unknown> {
  const { name, names, interval = '', condense, condensed = condense, ...rest } = args
  const subject = names ?? name ?? ''
  // Recorded transforms may be unknown, and a Python caller may give None for a time.
  const options = { ...rest, condensed } as GetOptions<undefined> & SeriesOptions<undefined>
  switch (op) {
    case 'get':
      return rows(await timeseries.get(subject, interval, options), nothing)
    case 'series':
      return rows(await timeseries.series(subject, interval, options), nothing, nested)
    case 'iterate':
      return rows(await collect(timeseries.iterate(subject, interval, options)), nothing)
    case 'properties':
      return await timeseries.properties(name ?? '')
    case 'list':
      return (await timeseries.names()).sort(byBytes)
  }
}

async function collect<R>(iterable: AsyncIterable<R>): Promise<R[]> {
  const all: R[] = []
  for await (const each of iterable) all.push(each)
  return all
}

/** Our maps in the shapes of the recording. */
function rows(map: Iterable<[number, unknown]>, nothing: unknown, nested = false): unknown {
  return [...map].map(([at, data]) => [
    at,
    nested && data instanceof Map ? rows(data, nothing) : shape(data, nothing),
  ])
}

function shape(data: unknown, nothing: unknown): unknown {
  if (data instanceof Map) return sorted({ $hist: [...data] })
  if (data instanceof Set) return sorted({ $set: [...data] })
  if (data === null) return nothing
  if (typeof data !== 'object' || Array.isArray(data)) return data
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, shape(value, nothing)]))
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
