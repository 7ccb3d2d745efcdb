import { inspect } from 'node:util'
import {
  type Client,
  type Insert,
  type IntervalOptions,
  KairosError,
  type SeriesType,
  Timeseries,
} from '../../../src/kairos/index.ts'
import { agrees, Names, Refused } from './agrees.ts'
import type { Clock } from './clock.ts'
import type { LayoutName } from './interval.ts'
import { type Asked, Model } from './model.ts'
import type { Refusal } from './refusals.ts'
import { type Sort, type SortName, sorts } from './values.ts'
import type { GetOptions, NameOrNames, ReadOptions, SeriesOptions, View } from './view.ts'

export interface PairOptions {
  readonly type: SeriesType
  readonly sort: SortName
  readonly prefix: string | undefined
  readonly intervals: Readonly<Record<string, IntervalOptions>>
  readonly layout: LayoutName
  readonly clock: Clock
}

interface Id {
  readonly id?: string
}

interface Call {
  readonly at: number
  readonly method: string
  readonly args: readonly unknown[]
}

/** A Timeseries and its model, asked the same; throws where their answers differ. */
export class Pair {
  readonly #timeseries: Timeseries<SeriesType, unknown>
  readonly #model: Model
  readonly #options: PairOptions
  readonly #calls: Call[] = []

  constructor(redis: Client, options: PairOptions) {
    const { sort, clock: time, ...others } = options
    const clock = () => time.now
    const { read, write }: Sort = sorts[sort]
    this.#timeseries = new Timeseries(redis, { ...others, clock, read, write })
    this.#model = new Model({
      ...others,
      clock,
      read: read ?? ((text) => text),
      write: write ?? ((value) => value),
    })
    this.#options = options
  }

  async insert({ name, value, ...others }: Insert, { id }: Id): Promise<void> {
    const options = { ...others, ...(id !== undefined && { id }) }
    const call = this.#called('insert', name, value, options)
    const actual = this.#timeseries.insert(name, value, options)
    await this.#expect(call, actual, [() => this.#model.insert(name, value, options)])
  }

  async insertMany(inserts: readonly Insert[], options: Id): Promise<void> {
    const call = this.#called('insertMany', inserts, options)
    const actual = this.#timeseries.insertMany(inserts, options)
    await this.#expect(call, actual, [() => this.#model.insertMany(inserts, options)])
  }

  async delete(name: string): Promise<void> {
    const call = this.#called('delete', name)
    await this.#expectCount(call, this.#timeseries.delete(name), (view) => Number(view.names().has(name)))
    this.#model.delete(name)
  }

  async deleteAll(): Promise<void> {
    const call = this.#called('deleteAll')
    await this.#expectCount(call, this.#timeseries.deleteAll(), (view) => view.names().size)
    this.#model.deleteAll()
  }

  /** What is remembered under an id, or was. */
  asked(id: string): Asked | undefined {
    return this.#model.asked(id)
  }

  async refused({ what, code, ask }: Refusal, insert: Insert, interval: string): Promise<void> {
    const call = this.#called(what, insert, interval)
    await this.#expect(call, ask(this.#timeseries, insert, interval), [() => new Refused(code)])
  }

  async get(names: NameOrNames, interval: string, options: GetOptions): Promise<void> {
    const call = this.#called('get', names, interval, options)
    const actual = this.#timeseries.get(names, interval, options)
    await this.#expectRead(call, actual, (view) => view.get(names, interval, options))
  }

  async series(names: NameOrNames, interval: string, options: SeriesOptions): Promise<void> {
    const call = this.#called('series', names, interval, options)
    const actual = this.#timeseries.series(names, interval, options)
    await this.#expectRead(call, actual, (view) => view.series(names, interval, options))
  }

  /** Not where that would take long. */
  async iterate(names: NameOrNames, interval: string, options: ReadOptions): Promise<void> {
    if (this.#model.keptAt(this.#options.clock.aged).extent(names, interval).length > MOST_STEPS) return
    const call = this.#called('iterate', names, interval, options)
    const actual = collect(this.#timeseries.iterate(names, interval, options))
    await this.#expectRead(call, actual, (view) => view.iterate(names, interval, options))
  }

  async names(options: { readonly match?: string }): Promise<void> {
    const call = this.#called('names', options)
    const { current, stored } = this.#views()
    const expected = new Names(current.names(options), stored.names(options))
    await this.#expect(call, this.#timeseries.names(options), [() => expected])
  }

  async properties(name: string): Promise<void> {
    const call = this.#called('properties', name)
    const actual = this.#timeseries.properties(name).then((extents) => new Map(Object.entries(extents)))
    await this.#expectRead(call, actual, (view) => view.properties(name))
  }

  /**
   * Reads see what has not left the steps of its interval. In layout kairos they may see more, until its key expires
   * within a step: what had not left when Redis last heard what time it is, or not a step before.
   */
  async #expectRead(call: Call, answer: Promise<unknown>, read: (view: View) => unknown): Promise<void> {
    const { layout, clock } = this.#options
    const current = () => read(this.#model.keptAt(clock.now))
    const older = [0, 1].map((more) => () => read(this.#model.keptAt(clock.aged, more)))
    await this.#expect(call, answer, layout === 'kairos' ? [current, ...older] : [current])
  }

  async #expectCount(call: Call, answer: Promise<number>, count: (view: View) => number): Promise<void> {
    const { current, stored } = this.#views()
    const fewest = count(current)
    const others = Array.from({ length: count(stored) - fewest }, (_, i) => () => fewest + i + 1)
    await this.#expect(call, answer, [() => fewest, ...others])
  }

  /**
   * For `names` and `delete` a series exists while it has data that are current, and may exist while any of its keys lie
   * in Redis: a step longer, in layout packed an eighth of its interval's `steps`.
   */
  #views(): { readonly current: View; readonly stored: View } {
    const { clock, intervals } = this.#options
    const late = Math.max(...Object.values(intervals).map(({ steps = 1 }) => 1 + Math.ceil(steps / 8)))
    return { current: this.#model.keptAt(clock.now), stored: this.#model.keptAt(clock.aged, late) }
  }

  #called(method: string, ...args: unknown[]): Call {
    const call = { at: this.#options.clock.now, method, args }
    this.#calls.push(call)
    return call
  }

  /** One of `expected` has to be the answer; the first is evaluated before anything else happens. */
  async #expect(
    call: Call,
    answer: Promise<unknown>,
    [first, ...others]: readonly [() => unknown, ...(() => unknown)[]],
  ): Promise<void> {
    const expected = outcome(first)
    const actual = await answer.catch((error) =>
      error instanceof KairosError ? new Refused(error.code) : error,
    )
    if (agrees(actual, expected) || others.some((other) => agrees(actual, outcome(other)))) return
    throw new Error(
      [
        `at ${spelt(call)} gave ${written(actual)}`,
        `the model ${written(expected)}`,
        `in ${written({ ...this.#options, clock: undefined })} after`,
        ...this.#calls.map(spelt),
      ].join('\n'),
      actual instanceof Error && !(actual instanceof Refused) ? { cause: actual } : undefined,
    )
  }
}

const MOST_STEPS = 3000

function outcome(f: () => unknown): unknown {
  try {
    return f()
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
}

async function collect<R>(iterable: AsyncIterable<R>): Promise<R[]> {
  const all: R[] = []
  for await (const each of iterable) all.push(each)
  return all
}

function spelt({ at, method, args }: Call): string {
  return `${at}: ${method}(${args.map(written).join(', ')})`
}

function written(value: unknown): string {
  if (value instanceof Refused) return `refused: ${value.code}`
  return inspect(value, {
    depth: null,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    maxArrayLength: 700,
    maxStringLength: 500,
  })
}
