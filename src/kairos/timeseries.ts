import { acceptAll, Batch } from './batch.ts'
import type { Client } from './cluster.ts'
import { KairosError } from './errors.ts'
import { globMatcher } from './glob.ts'
import { bucketsOfStep, type Interval } from './interval.ts'
import type { Cells, Data, SeriesType } from './kinds/index.ts'
import type { Extent } from './layouts/index.ts'
import {
  checkedEntry,
  checkedName,
  checkLayout,
  compileModel,
  type Insert,
  intervalOf,
  type Model,
  type ModelOptions,
} from './model.ts'
import { once } from './once.ts'
import { checkedTime, type RangeOptions, stepsOf, withinTime } from './range.ts'
import { condense, fold, readSteps, type Step, span, width } from './read.ts'
import { scanKeys } from './scan.ts'
import { applyTransform, checkTransform, type Transform, type Transformed } from './transform.ts'
import { type InsertResult, Writer } from './writer.ts'

export interface TimeseriesOptions<T extends SeriesType, V> extends ModelOptions<T, V> {
  /** the time now, in Unix seconds; default the system's */
  readonly clock?: (() => number) | undefined
}

export interface WriteOptions {
  /** Repeating the call with the same id within a day writes nothing more. */
  readonly id?: string | undefined
}

export interface ReadOptions<X> {
  /** fold the resolution buckets of each step into one; default false */
  readonly condensed?: boolean | undefined
  /** what to make of each bucket's data, after folding; default the data themselves */
  readonly transform?: X
}

export interface GetOptions<X> extends ReadOptions<X> {
  /** a time in the step to read, in Unix seconds; default now */
  readonly timestamp?: number | undefined
}

export interface SeriesOptions<X> extends ReadOptions<X>, RangeOptions {
  /** fold the whole range into one bucket; default false */
  readonly collapse?: boolean | undefined
}

type Name = string | readonly string[]

/** Finest buckets that `iterate` reads at once, or one step where that has more. */
const PAGE = 1000

/**
 * Named time series of one type in Redis, over an ioredis client that the caller owns.
 *
 * Every method throws `KairosError`: BAD_USER_INPUT, UNKNOWN_INTERVAL, TYPE_MISMATCH where a key holds
 * something else, RANGE_TOO_LARGE beyond a million steps, STORE_UNAVAILABLE. Where a read takes several
 * names, their series are joined: lists append, counts and histograms add, sets unite, the last gauge in
 * the order of the names wins.
 */
export class Timeseries<const T extends SeriesType = 'series', V = string> {
  readonly #client: Client
  readonly #writer: Writer
  readonly #model: Model<T, V>
  readonly #clock: () => number

  /**
   * Throws BAD_USER_INPUT where the options cannot be understood, the client puts a `keyPrefix` of its own before keys, or
   * it is one of a Cluster and the layout is `kairos`.
   */
  constructor(redis: Client, options: TimeseriesOptions<T, V>) {
    if (redis.options.keyPrefix) {
      throw new KairosError('BAD_USER_INPUT', 'give the prefix to Timeseries, not as keyPrefix to its client')
    }
    this.#client = redis
    this.#model = compileModel(options)
    checkLayout(redis, this.#model.layout)
    this.#writer = new Writer(redis, { prefix: options.prefix ?? '', layout: this.#model.layout })
    this.#clock = options.clock ?? (() => Date.now() / 1000)
  }

  /** For whatever comes after an insert: commands reach Redis in the order of the calls. */
  get #redis(): Client {
    this.#writer.flush()
    return this.#client
  }

  /** Records a value, or an array of values in order, in every interval; all of it or nothing. A count's default is 1. */
  async insert(
    name: string,
    value?: unknown,
    { id, ...options }: Omit<Insert, 'name' | 'value'> & WriteOptions = {},
  ): Promise<InsertResult> {
    const now = this.#clock()
    const batch = new Batch(now)
    const entry = checkedEntry(this.#model, { ...options, name, value }, now)
    batch.add(this.#model, entry)
    return await this.#writer.write(batch, once({ id }, [entry]))
  }

  /** As `insert` for each, in order; all are checked before any is written, and `faults` lists what is wrong. */
  async insertMany(inserts: readonly Insert[], { id }: WriteOptions = {}): Promise<InsertResult> {
    const now = this.#clock()
    const batch = new Batch(now)
    const entries = acceptAll(inserts, (insert) => {
      const entry = checkedEntry(this.#model, insert, now)
      batch.add(this.#model, entry)
      return entry
    })
    return await this.#writer.write(batch, once({ id }, entries))
  }

  /**
   * The step that holds `timestamp`, by the start of each bucket: the step itself, even if empty, or where the
   * interval has a resolution those resolution buckets that were written; `condensed` folds them.
   */
  async get<const X extends Transform<Data<V>[T]> | undefined = undefined>(
    name: Name,
    interval: string,
    { timestamp, condensed = false, transform }: GetOptions<X> = {},
  ): Promise<Map<number, Transformed<T, V, NoInfer<X>>>> {
    const found = intervalOf(this.#model, interval)
    const present = this.#presenter<X>(transform)
    const time = checkedTime('timestamp', timestamp ?? this.#clock())
    const start = withinTime(() => found.step.floor(time))
    const steps = await this.#read(name, found, [start])
    return new Map(steps.flatMap((step) => rows(this.#model, found, step, condensed, present)))
  }

  /**
   * The steps of a range, oldest first and without holes, by their starts. Where the interval has a resolution,
   * each is a map of the resolution buckets that were written, unless `condensed` or `collapse` folds them.
   */
  series<const X extends Transform<Data<V>[T]> | undefined = undefined>(
    name: Name,
    interval: string,
    options: SeriesOptions<X> & ({ readonly condensed: true } | { readonly collapse: true }),
  ): Promise<Map<number, Transformed<T, V, NoInfer<X>>>>
  series<const X extends Transform<Data<V>[T]> | undefined = undefined>(
    name: Name,
    interval: string,
    options?: SeriesOptions<X>,
  ): Promise<
    Map<number, Transformed<T, V, NoInfer<X>>> | Map<number, Map<number, Transformed<T, V, NoInfer<X>>>>
  >
  async series<const X extends Transform<Data<V>[T]> | undefined = undefined>(
    name: Name,
    intervalName: string,
    { condensed = false, collapse = false, transform, ...range }: SeriesOptions<X> = {},
  ): Promise<
    Map<number, Transformed<T, V, NoInfer<X>>> | Map<number, Map<number, Transformed<T, V, NoInfer<X>>>>
  > {
    const { kind } = this.#model
    const interval = intervalOf(this.#model, intervalName)
    const present = this.#presenter<X>(transform)
    const starts = stepsOf(interval, range, this.#clock())
    const steps = await this.#read(name, interval, starts)
    if (collapse) {
      const whole = fold(
        kind,
        steps.map((step) => condense(kind, step)),
      )
      return new Map([[starts[0] ?? 0, present(whole, () => span(interval, steps))]])
    }
    if (interval.resolution !== null && !condensed)
      return new Map(
        steps.map((step) => [step.start, new Map(rows(this.#model, interval, step, false, present))]),
      )
    const buckets = new Map<number, Transformed<T, V, NoInfer<X>>>()
    for (const step of steps)
      buckets.set(
        step.start,
        present(condense(kind, step), () => span(interval, [step])),
      )
    return buckets
  }

  /** Every bucket from the oldest that holds data to the newest, as `get` gives them; a page of steps at a time. */
  async *iterate<const X extends Transform<Data<V>[T]> | undefined = undefined>(
    name: Name,
    intervalName: string,
    { condensed = false, transform }: ReadOptions<X> = {},
  ): AsyncGenerator<[timestamp: number, data: Transformed<T, V, NoInfer<X>>]> {
    const interval = intervalOf(this.#model, intervalName)
    const present = this.#presenter<X>(transform)
    const all = await Promise.all(namesOf(name).map((each) => this.#extents(each)))
    const extents = all.flatMap((extent) => extent.get(intervalName) ?? [])
    const last = Math.max(...extents.map((extent) => extent.last))
    let start = Math.min(...extents.map((extent) => extent.first))
    const page = Math.max(1, Math.floor(PAGE / bucketsOfStep(interval)))
    while (start <= last) {
      const end = Math.min(last, interval.step.offset(start, page - 1))
      const starts = stepsOf(interval, { start, end }, start)
      const steps = await this.#read(name, interval, starts)
      for (const step of steps) yield* rows(this.#model, interval, step, condensed, present)
      start = interval.step.offset(end, 1)
    }
  }

  /** The names under the prefix, ascending by UTF-16 code units, or those that the glob `match` matches. */
  async names({ match }: { readonly match?: string | undefined } = {}): Promise<string[]> {
    const matches = match === undefined ? () => true : globMatcher(match)
    const names = new Set<string>()
    for await (const { name } of scanKeys(this.#redis, this.#model.layout)) if (matches(name)) names.add(name)
    return [...names].sort()
  }

  /** For each interval that holds data, starts of its oldest and its newest step. */
  async properties(name: string): Promise<Record<string, Extent>> {
    return Object.fromEntries(await this.#extents(checkedName(name)))
  }

  /** Deletes every bucket of one series, and of no other. 1 where it existed, else 0. */
  async delete(name: string): Promise<number> {
    const existed = await this.#model.layout.remove(this.#redis, checkedName(name))
    return existed ? 1 : 0
  }

  /** Deletes every series under the prefix; gives how many there were. */
  async deleteAll(): Promise<number> {
    return await this.#model.layout.removeAll(this.#redis)
  }

  async #extents(name: string): Promise<ReadonlyMap<string, Extent>> {
    const { kind, layout } = this.#model
    const extents = await layout.extents(this.#redis, [name], { kindOf: () => kind, now: this.#clock() })
    return extents.get(name) ?? new Map()
  }

  async #read(name: Name, interval: Interval, starts: readonly number[]): Promise<readonly Step<T, V>[]> {
    const series = namesOf(name).map((each) => ({ name: each, interval }))
    const { steps } = await readSteps(this.#redis, this.#model, { series, starts, now: this.#clock() })
    return steps
  }

  #presenter<X extends Transform<Data<V>[T]> | undefined>(
    transform: X | undefined,
  ): Presenter<T, V, Transformed<T, V, NoInfer<X>>> {
    const { kind } = this.#model
    if (transform !== undefined) checkTransform(kind, transform)
    // What applyTransform gives is what Transformed says, which TypeScript cannot follow.
    return (cell, seconds) =>
      (transform === undefined
        ? kind.data(cell)
        : applyTransform(kind, cell, transform, seconds())) as Transformed<T, V, NoInfer<X>>
  }
}

/** What a caller sees of a bucket; `seconds` gives how many it covers. */
type Presenter<T extends SeriesType, V, R> = (cell: Cells<V>[T] | null, seconds: () => number) => R

/** A step's buckets with their starts: one of the whole step, or those of its resolution that were written. */
function rows<T extends SeriesType, V, R>(
  { kind }: Model<T, V>,
  interval: Interval,
  step: Step<T, V>,
  condensed: boolean,
  present: Presenter<T, V, R>,
): [start: number, data: R][] {
  return condensed || interval.resolution === null
    ? [[step.start, present(condense(kind, step), () => span(interval, [step]))]]
    : step.cells.map(([start, cell]) => [start, present(cell, () => width(interval, start))])
}

function namesOf(name: Name): readonly string[] {
  return (typeof name === 'string' ? [name] : name).map(checkedName)
}
