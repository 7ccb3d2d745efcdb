import type { Redis } from 'ioredis'
import { acceptAll, Batch } from '../batch.ts'
import { KairosError } from '../errors.ts'
import { type Layout, type LayoutName, type Located, layouts } from '../layouts/index.ts'
import {
  bookkeeping,
  checkedEntry,
  checkedName,
  type Entry,
  type Insert,
  intervalOf,
  withColon,
} from '../model.ts'
import { once } from '../once.ts'
import { type InsertResult, Writer } from '../writer.ts'
import { type Definition, type DefinitionOptions, define } from './definition.ts'
import { Selection } from './selection.ts'

export interface StoreLimits {
  /** finest buckets of one series in one read */
  readonly maxBuckets: number
  /** values × copies of one request */
  readonly maxInserts: number
  /** UTF-16 code units of one text */
  readonly maxValueLength: number
}

export interface StoreOptions {
  /** of every key; ':' is appended where missing */
  readonly prefix: string
  /** which key holds which bucket */
  readonly layout: LayoutName
  /** the first that matches a name decides */
  readonly definitions: readonly DefinitionOptions[]
  readonly limits: StoreLimits
  /** the time now, in Unix seconds; default the system's */
  readonly clock?: (() => number) | undefined
}

/** Series of every configured type in one Redis, by name. Errors are `KairosError`s. */
export class Store {
  /** in matching order */
  readonly definitions: readonly Definition[]
  /** the time now, in Unix seconds */
  readonly clock: () => number
  readonly #redis: Redis
  readonly #bookkeeping: string
  readonly #layout: Layout
  readonly #writer: Writer
  readonly #limits: StoreLimits

  /** Throws BAD_USER_INPUT where a definition cannot be understood. */
  constructor(redis: Redis, options: StoreOptions) {
    const { prefix, layout, definitions, limits, clock = () => Date.now() / 1000 } = options
    this.#redis = redis
    this.#bookkeeping = bookkeeping(prefix)
    this.#limits = limits
    this.#layout = new layouts[layout](withColon(prefix), (name) => this.#find(name)?.model.intervals)
    this.#writer = new Writer(redis, { layout: this.#layout, catalogue: this.#bookkeeping })
    this.definitions = definitions.map((options) => define(options, this.#layout, limits.maxValueLength))
    this.clock = clock
  }

  /** The rule that decides over a name. Throws UNKNOWN_SERIES where none does, BAD_USER_INPUT where it is no name. */
  definitionOf(name: string): Definition {
    const definition = this.#find(checkedName(name))
    if (!definition) throw new KairosError('UNKNOWN_SERIES', `no definition matches the name "${name}"`)
    return definition
  }

  /** One series in one of its intervals. Throws UNKNOWN_SERIES, UNKNOWN_INTERVAL. */
  select(name: string, interval: string): Selection {
    const definition = this.definitionOf(name)
    return new Selection({
      redis: this.#redis,
      names: [name],
      definition,
      interval: intervalOf(definition.model, interval),
      maxBuckets: this.#limits.maxBuckets,
      clock: this.clock,
    })
  }

  /** Records one value; an array is no value here. */
  async insert(insert: Insert, id?: string): Promise<InsertResult> {
    const batch = new Batch(this.clock())
    this.#refuseTooMany([insert])
    const entry = this.#add(batch, insert)
    return await this.#writer.write(batch, once(this.#bookkeeping, id, [entry]))
  }

  /** Records values of any of the series, in order, all or none; `faults` lists what is wrong. */
  async insertMany(inserts: readonly Insert[], id?: string): Promise<InsertResult> {
    const batch = new Batch(this.clock())
    this.#refuseTooMany(inserts)
    const entries = acceptAll(inserts, (insert) => this.#add(batch, insert))
    return await this.#writer.write(batch, once(this.#bookkeeping, id, entries))
  }

  /** Which series, interval and steps a Redis key may hold data of; undefined where it is none of ours. */
  locate(key: string): Located | undefined {
    return this.#layout.locate(key)
  }

  /** A Redis glob that matches every key of every series. */
  get keyPattern(): string {
    return this.#layout.pattern()
  }

  #find(name: string): Definition | undefined {
    return this.definitions.find((definition) => definition.matches(name))
  }

  #add(batch: Batch, insert: Insert): Entry {
    const { model } = this.definitionOf(insert.name)
    if (Array.isArray(insert.value)) throw new KairosError('BAD_USER_INPUT', 'a value must not be a list')
    const entry = checkedEntry(model, insert, batch.now)
    batch.add(model, entry)
    return entry
  }

  #refuseTooMany(inserts: readonly Insert[]): void {
    const copies = inserts.reduce((total, { intervals = 0 }) => total + 1 + Math.abs(intervals), 0)
    if (copies <= this.#limits.maxInserts) return
    throw new KairosError(
      'BAD_USER_INPUT',
      `one request records at most ${this.#limits.maxInserts} values, copies included`,
    )
  }
}
