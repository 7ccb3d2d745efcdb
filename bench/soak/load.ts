// What `soak.ts` puts on a server, as a process of its own: `load.ts URL OPTIONS`, where OPTIONS are a `LoadOptions` as JSON. It answers
// 'sample' with a `Sample` of what came about since the last one, and 'end' with an `Outcome` when everything has come to rest.
import { randomUUID } from 'node:crypto'
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { connect } from '../../src/client/node.ts'
import { until } from '../support/pace.ts'
import { greet, openAll, type Subscriber, subscribe } from '../support/subscriber.ts'
import { KEPT, PROBE, type Series, seriesOf } from './series.ts'

export interface LoadOptions {
  /** values a second */
  readonly inserts: number
  /** of each `insertMany` */
  readonly batch: number
  readonly series: number
  readonly subscribers: number
  /** distinct ones that they watch */
  readonly windows: number
  /** updates a second that each subscriber asks for at most */
  readonly rate: number
  /** queries of a chart a second */
  readonly reads: number
}

/** Milliseconds. */
export interface Times {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export interface Sample {
  /** values that were acknowledged */
  readonly inserted: number
  /** from when a request was due to its answer */
  readonly insert: Times
  readonly read: Times
  /** from the call that inserts the probe to when a subscriber has it */
  readonly screen: Times
  /** updates that subscribers were told */
  readonly frames: number
  /** what requests failed with, and how often; an insert is repeated with its id until it is acknowledged */
  readonly failures: Readonly<Record<string, number>>
}

export interface Outcome extends Sample {
  readonly requests: number
  /** what is stored of counts, beside what was acknowledged: as a query has it, and as watchers were told */
  readonly wrong: readonly string[]
}

/** Part of the subscribers that pauses for some seconds in each minute, and part that leaves and comes back. */
const STALLING = 0.02
const CHURNING = 0.05
const STALL = 10_000
/** Milliseconds after which an insert that failed is repeated. */
const AGAIN = 500
/** Requests that may be under way: beyond, those that are due wait, and are late. */
const MOST = 200

const CHART = `subscription Chart($name: String!, $rate: Float!) {
  series(name: $name, interval: "second", maxRate: $rate) {
    kind cursor removed changed { timestamps column(stat: COUNT) buckets { timestamp value } }
  }
}`
const INSERT =
  'mutation Insert($id: ID!, $inserts: [InsertInput!]!) { insertMany(id: $id, inserts: $inserts) { inserted } }'
const READ = `query Read($name: String!) {
  series(name: $name, interval: "second") { timestamps mean: column(stat: MEAN) count: column(stat: COUNT) }
}`
const TOTAL = `query Total($name: String!) { series(name: $name, interval: "${KEPT}") { column(stat: SUM, fill: ZERO) } }`

const [, , url = '', json = '{}'] = process.argv
const options = JSON.parse(json) as LoadOptions
const series = seriesOf(options.series)
const counts = series.filter(({ rule }) => rule.type === 'count')

class Measured {
  readonly all = createHistogram()
  readonly #since = createHistogram()

  record(milliseconds: number): void {
    const whole = Math.max(1, Math.round(milliseconds * 1000))
    this.all.record(whole)
    this.#since.record(whole)
  }

  take(): Times {
    const times = timesOf(this.#since)
    this.#since.reset()
    return times
  }
}

function timesOf(histogram: RecordableHistogram): Times {
  if (histogram.count === 0) return { p50: Number.NaN, p99: Number.NaN, max: Number.NaN }
  const at = (share: number) => histogram.percentile(share) / 1000
  return { p50: at(50), p99: at(99), max: histogram.max / 1000 }
}

const times = { insert: new Measured(), read: new Measured(), screen: new Measured() }
const totals = new Map<string, number>()
let [inserted, frames, requests, underWay] = [0, 0, 0, 0]
const failures = new Map<string, number>()
let ending = false

async function ask<T>(query: string, variables: Readonly<Record<string, unknown>>): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as {
    data: T
    errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[]
  }
  const [error] = errors ?? []
  if (error) throw new Error(error.extensions?.code ?? error.message, { cause: error })
  return data
}

function failed(error: unknown): void {
  const what = error instanceof Error ? error.message : String(error)
  failures.set(what, (failures.get(what) ?? 0) + 1)
}

/** What another attempt would mend; all else is a mistake of this load. */
const PASSING = new Set(['STORE_UNAVAILABLE', 'RATE_LIMITED', 'fetch failed'])

/** Repeats it until it succeeds. */
async function insist<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act()
    } catch (error) {
      failed(error)
      if (!(error instanceof Error && PASSING.has(error.message))) throw error
      await wait(AGAIN)
    }
  }
}

let written = 0
async function insertBatch(due: number): Promise<void> {
  const timestamp = Date.now() / 1000
  const chosen = Array.from({ length: options.batch }, () => {
    written += 1
    return { each: series[written % series.length] as Series, i: written }
  })
  const inserts = chosen.map(({ each, i }) => ({ name: each.name, value: each.rule.value(i), timestamp }))
  const id = randomUUID()
  await insist(() => ask(INSERT, { id, inserts }))
  times.insert.record(performance.now() - due)
  inserted += inserts.length
  requests += 1
  for (const { each } of chosen)
    if (each.rule.type === 'count') totals.set(each.name, (totals.get(each.name) ?? 0) + 1)
}

async function readChart(due: number): Promise<void> {
  const { name } = series[Math.floor(Math.random() * series.length)] as Series
  try {
    await ask(READ, { name })
    times.read.record(performance.now() - due)
  } catch (error) {
    failed(error)
  }
}

async function setProbe(): Promise<void> {
  try {
    await ask('mutation Probe($value: Value!) { insert(name: "probe", value: $value) { inserted } }', {
      value: Date.now(),
    })
  } catch (error) {
    failed(error)
  }
}

/** Acts so many times a second until the end; what is late is made up for, and begins to count when it was due. */
async function steadily(aSecond: number, act: (due: number) => Promise<void>): Promise<void> {
  if (aSecond === 0) return
  const begun = performance.now()
  for (let count = 0; !ending; count += 1) {
    const due = begun + (count * 1000) / aSecond
    if (due > performance.now()) await wait(due - performance.now())
    while (underWay >= MOST) await wait(1)
    underWay += 1
    void act(due).finally(() => {
      underWay -= 1
    })
  }
}

async function watch(index: number): Promise<Subscriber> {
  const { name } = series[index % options.windows] as Series
  const subscriber = await greet(url)
  subscriber.hear(() => {
    frames += 1
  })
  subscribe(subscriber, CHART, { name, rate: options.rate })
  return subscriber
}

async function stall(subscribers: readonly Subscriber[]): Promise<void> {
  while (!ending) {
    await wait(60_000 - STALL)
    for (const each of subscribers) each.pause()
    await wait(STALL)
    for (const each of subscribers) each.resume()
  }
}

async function churn(subscribers: Subscriber[], first: number): Promise<void> {
  for (let i = 0; !ending && subscribers.length > 0; i = (i + 1) % subscribers.length) {
    await wait(60_000 / subscribers.length)
    subscribers[i]?.close()
    subscribers[i] = await watch(first + i)
  }
}

const kairos = connect({ url: `${url}/graphql` })
const probe = kairos.watchSeries({
  name: PROBE,
  interval: 'second',
  steps: 3,
  columns: {},
  value: true,
  maxRate: 60,
})
let seen = 0
probe.onChange(({ value }) => {
  const last = Number(value?.filter((each) => each !== null).at(-1) ?? Number.NaN)
  if (!(last > seen)) return
  if (seen > 0) times.screen.record(Date.now() - last)
  seen = last
})
const kept = counts
  .slice(0, 20)
  .map(({ name }) =>
    kairos.watchSeries({ name, interval: KEPT, columns: { sum: { stat: 'SUM', fill: 'ZERO' } } }),
  )

const [stalling, churning] = [STALLING, CHURNING].map((share) => Math.round(options.subscribers * share))
const subscribers = await openAll(options.subscribers, watch)
const load = [
  steadily(options.inserts / options.batch, insertBatch),
  steadily(options.reads, readChart),
  steadily(4, setProbe),
]
void stall(subscribers.slice(0, stalling))
void churn(subscribers.slice(stalling, (stalling ?? 0) + (churning ?? 0)), stalling ?? 0)

const sum = (numbers: readonly (number | null)[]) =>
  numbers.reduce<number>((all, each) => all + (each ?? 0), 0)

/** Everything that is not as it was acknowledged. */
async function compare(): Promise<string[]> {
  const wrong: string[] = []
  for (const { name } of counts) {
    const { series } = await insist(() => ask<{ series: { column: number[] } }>(TOTAL, { name }))
    const stored = sum(series.column)
    if (stored !== (totals.get(name) ?? 0))
      wrong.push(`${name} holds ${stored}, acknowledged were ${totals.get(name) ?? 0}`)
  }
  const told = (each: (typeof kept)[number]) => sum(each.state.columns.sum)
  const right = () => kept.every((each) => told(each) === (totals.get(each.state.names[0] ?? '') ?? 0))
  await until('watchers hold what was written', right).catch(() => {
    for (const each of kept) wrong.push(`a watcher of ${each.state.names} was told ${told(each)}`)
  })
  return wrong
}

process.on('message', async (question: 'sample' | 'end') => {
  if (question === 'end') {
    ending = true
    await Promise.all(load)
    while (underWay > 0) await wait(10)
    const wrong = await compare()
    const { insert, read, screen } = times
    process.send?.({
      inserted,
      requests,
      frames,
      failures: Object.fromEntries(failures),
      insert: timesOf(insert.all),
      read: timesOf(read.all),
      screen: timesOf(screen.all),
      wrong,
    } satisfies Outcome)
    return
  }
  const sample: Sample = {
    inserted,
    frames,
    failures: Object.fromEntries(failures),
    insert: times.insert.take(),
    read: times.read.take(),
    screen: times.screen.take(),
  }
  process.send?.(sample)
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
