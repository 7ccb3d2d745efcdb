import { Backlog } from '../backlog.ts'
import { acceptAll, Batch, sift } from '../batch.ts'
import type { Client } from '../cluster.ts'
import { type InsertFault, KairosError } from '../errors.ts'
import { globMatcher } from '../glob.ts'
import { finest, type Interval } from '../interval.ts'
import type { RedisType } from '../kinds/index.ts'
import type { Extents, LayoutName, Located } from '../layouts/index.ts'
import { observeScripts } from '../lua/scripts.ts'
import {
  bookkeeping,
  checkedEntry,
  checkedName,
  checkLayout,
  type Entry,
  type Insert,
  intervalOf,
  LONGEST_NAME,
} from '../model.ts'
import type { StoreObserver } from '../observer.ts'
import { type Once, once, type RequestId } from '../once.ts'
import { type InsertResult, Writer } from '../writer.ts'
import { StoredState } from './adoption.ts'
import { Catalogue } from './catalogue.ts'
import type { Definition, DefinitionOptions } from './definition.ts'
import { nameRanges } from './name-ranges.ts'
import { Rules } from './rules.ts'
import { type Plan, type Query, type Run, Selection } from './selection.ts'
import { storageOf } from './storage.ts'

export interface StoreLimits {
  /** finest buckets of one series in one read */
  readonly maxBuckets: number
  /** stored values that one read loads */
  readonly maxValues: number
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
  /**
   * Another connection to the same Redis: inserts go over it, and are acknowledged when a replica has them, too. It waits for
   * replicas, and nothing else should go over it. Absent: they are acknowledged when Redis has them.
   */
  readonly replicated?: Client | undefined
  /** the time now, in Unix seconds; default the system's */
  readonly clock?: (() => number) | undefined
  readonly observer?: StoreObserver | undefined
}

export interface SearchOptions {
  /** a glob over names; default all */
  readonly match?: string | undefined
  /** a text that names contain, in upper or lower case; default any */
  readonly search?: string | undefined
  /** globs, of which one must match, too; default none of them needs to */
  readonly within?: readonly string[] | undefined
  readonly after?: string | undefined
  readonly count: number
  /** told after each thousand names that were looked at, found or not; what it throws ends the search */
  readonly lookedAtMore?: (() => void) | undefined
}

/** Bytes that asking for a name takes, about. */
const NAME = 200

/** Names after which a search says that it looked at more. */
const LOOKED_AT = 1000

/** Series that are joined at once. */
const MOST_JOINED = 100
/** Buckets of a query that says neither an interval nor how many. */
const MOST_POINTS = 1000

interface Member {
  readonly name: string
  readonly definition: Definition
}

/** Milliseconds between two walks through the keyspace, for names that others wrote. */
const REBUILD = 15 * 60_000

/** Series of every configured type in one Redis, by name. Errors are `KairosError`s. */
export class Store {
  /** the time now, in Unix seconds */
  readonly clock: () => number
  readonly #redis: Client
  readonly #prefix: string
  readonly #rules: Rules
  readonly #state: StoredState
  readonly #catalogue: Catalogue
  readonly #writer: Writer
  readonly #backlog = new Backlog()
  readonly #observer: StoreObserver | undefined
  #limits: StoreLimits
  #rebuild: NodeJS.Timeout | undefined

  /** Nothing is sent yet. Throws BAD_USER_INPUT where a definition cannot be understood, or series cannot lie so on a Cluster. */
  constructor(redis: Client, options: StoreOptions) {
    const {
      prefix,
      layout,
      definitions,
      limits,
      replicated,
      clock = () => Date.now() / 1000,
      observer,
    } = options
    this.clock = clock
    this.#redis = redis
    this.#observer = observer
    if (observer) observeScripts(redis, observer)
    if (observer && replicated) observeScripts(replicated, observer)
    this.#limits = limits
    this.#prefix = prefix
    this.#rules = new Rules({ layout, prefix, definitions })
    checkLayout(redis, this.#rules.layout)
    this.#state = new StoredState(redis, { prefix, storage: storageOf(layout, definitions) })
    this.#catalogue = new Catalogue(redis, this.#rules.layout, this.bookkeeping())
    this.#writer = new Writer(redis, {
      prefix,
      layout: this.#rules.layout,
      catalogue: this.#catalogue,
      replicated,
      observer,
    })
  }

  /**
   * To be called before anything is written. Throws StorageConflict where series are stored that this configuration would
   * read in the wrong place, MigrationUnderWay; of those in `disposable` the series are deleted instead.
   */
  async open({ disposable }: { readonly disposable?: readonly string[] } = {}): Promise<void> {
    await this.#state.adopt(disposable)
    const rebuild = () => void this.#catalogue.rebuild().catch(() => {}) // next time, when Redis is back
    this.#rebuild = setInterval(rebuild, REBUILD).unref()
    rebuild()
  }

  close(): void {
    clearInterval(this.#rebuild)
  }

  /** From now on; what is being read or written goes on under those before. */
  set limits(limits: StoreLimits) {
    this.#limits = limits
  }

  /** What our own keys begin with, those that hold no data; on a Cluster of those that are to lie in that slot. */
  bookkeeping(slot?: number): string {
    return bookkeeping(this.#redis, this.#prefix, slot)
  }

  /** Bytes that wait for Redis, about. */
  get pending(): number {
    return this.#backlog.bytes
  }

  /** in matching order */
  get definitions(): readonly Definition[] {
    return this.#rules.definitions
  }

  /** The rule that decides over a name; undefined where none does. Throws BAD_USER_INPUT where it is no name. */
  findDefinition(name: string): Definition | undefined {
    return this.#rules.find(checkedName(name))
  }

  /** The rule that decides over a name. Throws UNKNOWN_SERIES where none does, BAD_USER_INPUT where it is no name. */
  definitionOf(name: string): Definition {
    const definition = this.findDefinition(name)
    if (!definition) throw new KairosError('UNKNOWN_SERIES', `no definition matches the name "${name}"`)
    return definition
  }

  /**
   * One series in one of its intervals, or several joined. Throws UNKNOWN_SERIES, UNKNOWN_INTERVAL; BAD_USER_INPUT where
   * names are none, more than a hundred, or not distinct; TYPE_MISMATCH where series differ in type, value type, step,
   * resolution or zone.
   */
  select(names: string | readonly string[], interval: string): Selection {
    const members = this.#members(names)
    const [{ definition }] = members
    const first = intervalOf(definition.model, interval)
    const series = members.map((member) => {
      const own = intervalOf(member.definition.model, interval)
      const fault = kindFault(definition, member.definition) ?? intervalFault(first, own)
      if (fault) throw new KairosError('TYPE_MISMATCH', `"${member.name}" cannot be joined: ${fault}`)
      return { name: member.name, interval: own }
    })
    return new Selection({
      redis: this.#redis,
      series,
      definition,
      interval: first,
      maxBuckets: this.#limits.maxBuckets,
      maxValues: this.#limits.maxValues,
      clock: this.clock,
      backlog: this.#backlog,
      observer: this.#observer,
    })
  }

  /** Reads a range, in one round trip. Throws as `plan`, and `read` of what it gives. */
  async query(names: string | readonly string[], interval: string | undefined, query: Query): Promise<Run> {
    return await this.plan(names, interval, query).read()
  }

  /**
   * How a range of one series, or of several joined, is read; without an interval in the one that suits it, folded
   * to `maxPoints` (1,000 where absent). Throws as `select` and `Selection.plan`, and BAD_USER_INPUT where neither an
   * interval nor a `start` is given.
   */
  plan(names: string | readonly string[], interval: string | undefined, query: Query): Plan {
    if (interval !== undefined) return this.select(names, interval).plan(query)
    const whole = { ...query, end: query.end ?? this.clock(), maxPoints: query.maxPoints ?? MOST_POINTS }
    return this.#choose(names, whole).plan(whole)
  }

  /**
   * The selection in which a query without an interval is answered, of those that all series have in common: the finest
   * interval that reaches back to its `start` with at most `maxPoints` buckets; else the coarsest that reaches back so far;
   * else the one that reaches farthest. Throws BAD_USER_INPUT without a `start` or with `steps`, and as `select`.
   */
  #choose(
    names: string | readonly string[],
    { start, end, steps, condensed, maxPoints }: Query & { readonly maxPoints: number },
  ): Selection {
    if (start === undefined)
      throw new KairosError('BAD_USER_INPUT', 'give an interval, or the start of the range')
    if (steps !== undefined)
      throw new KairosError('BAD_USER_INPUT', 'steps needs an interval of which to count them')
    const all = this.#common(names).map(({ name }) => this.select(names, name))
    const reaching = all.filter((selection) => selection.reaches(start))
    const few = reaching.find((selection) =>
      countsAtMost(maxPoints, () => selection.count({ start, end, condensed })),
    )
    const chosen = few ?? reaching.at(-1) ?? farthest(all, this.clock())
    if (!chosen) throw new Error('a definition has an interval')
    return chosen
  }

  /** Records one value; an array is no value here. */
  async insert(insert: Insert, request: RequestId = {}): Promise<InsertResult> {
    const batch = new Batch(this.clock())
    this.#refuseTooMany([insert])
    const entry = this.#add(batch, insert)
    return await this.#write(batch, once(request, [entry]))
  }

  /** Records values of any of the series, in order, all or none; `faults` lists what is wrong. */
  async insertMany(inserts: readonly Insert[], request: RequestId = {}): Promise<InsertResult> {
    const batch = new Batch(this.clock())
    this.#refuseTooMany(inserts)
    const entries = acceptAll(inserts, (insert) => this.#add(batch, insert))
    return await this.#write(batch, once(request, entries))
  }

  async #write(batch: Batch, once: Once | undefined): Promise<InsertResult> {
    return await this.#backlog.hold(batch.bytes, () => this.#writer.write(batch, once))
  }

  /** What keeps `insertMany` from recording these, in order. Nothing is written. Throws BAD_USER_INPUT where they are too many. */
  faultsOf(inserts: readonly Insert[]): InsertFault[] {
    const batch = new Batch(this.clock())
    this.#refuseTooMany(inserts)
    return sift(inserts, (insert) => this.#add(batch, insert)).faults
  }

  /** At most `count` names of stored series that come after `after`, ascending by code points; one round trip. */
  async names(count: number, after?: string): Promise<string[]> {
    return await this.#catalogue.page(count, after)
  }

  /**
   * At most `count` names of stored series that the glob `match` matches, one of `within`, and some rule covers, that contain
   * `search`, and that come after `after`; ascending by code points. Only names are looked at that begin as these globs do.
   * Throws BAD_USER_INPUT where the glob or the text is longer than a name may be.
   */
  async search(options: SearchOptions): Promise<string[]> {
    return await this.#backlog.hold(options.count * NAME, () => this.#search(options))
  }

  async #search({
    match = '**',
    search = '',
    within = ['**'],
    after,
    count,
    lookedAtMore,
  }: SearchOptions): Promise<string[]> {
    for (const [argument, { length }] of Object.entries({ match, search }))
      if (length > LONGEST_NAME)
        throw new KairosError('BAD_USER_INPUT', `${argument} has at most ${LONGEST_NAME} characters`)
    const [matches, matchers, text] = [globMatcher(match), within.map(globMatcher), search.toLowerCase()]
    const found: string[] = []
    if (count === 0) return found
    let looked = 0
    for (const range of nameRanges(match, within)) {
      for await (const name of this.#catalogue.within(range, after)) {
        looked += 1
        if (looked % LOOKED_AT === 0) lookedAtMore?.()
        if (!name.toLowerCase().includes(text) || !matches(name)) continue
        if (!matchers.some((each) => each(name)) || !this.#rules.find(name)) continue
        found.push(name)
        if (found.length === count) return found
      }
    }
    return found
  }

  /**
   * By name, for each interval that holds data the starts of its oldest and its newest step. Throws UNKNOWN_SERIES,
   * TYPE_MISMATCH.
   */
  async extents(names: readonly string[]): Promise<Extents> {
    const kindOf = (name: string) => this.definitionOf(name).model.kind
    return await this.#backlog.hold(names.length * NAME, () =>
      this.#rules.layout.extents(this.#redis, names, { kindOf, now: this.clock() }),
    )
  }

  /** Deletes every bucket of these series, and of no other; gives how many there were. Throws UNKNOWN_SERIES before any is deleted. */
  async delete(names: readonly string[]): Promise<number> {
    for (const name of names) this.definitionOf(name)
    this.#writer.flush() // what was inserted before is deleted, too
    return await this.#backlog.hold(names.length * NAME, () => this.#delete(names))
  }

  async #delete(names: readonly string[]): Promise<number> {
    let deleted = 0
    for (const name of new Set(names)) {
      // In this order a series that is written to meanwhile enters its name again.
      await this.#catalogue.forget(name)
      if (await this.#rules.layout.remove(this.#redis, name)) deleted += 1
    }
    return deleted
  }

  /** Finds names that others wrote, which otherwise happens every quarter of an hour. */
  async rebuildCatalogue(): Promise<void> {
    await this.#catalogue.rebuild()
  }

  /** Which series, interval and steps a Redis key may hold data of; undefined where it is none of ours. */
  locate(key: string): Located | undefined {
    return this.#rules.layout.locate(key)
  }

  /** A Redis glob that matches every key of every series. */
  get keyPattern(): string {
    return this.#rules.layout.pattern()
  }

  /** The types of the keys that hold data of any series. */
  get keyTypes(): ReadonlySet<RedisType> {
    const { layout, definitions } = this.#rules
    return new Set(
      definitions.flatMap(({ intervals, model: { kind } }) =>
        intervals.flatMap((interval) => layout.keyTypes(kind, interval)),
      ),
    )
  }

  /** The intervals that all of these series have alike, the finest first. Throws TYPE_MISMATCH where there are none. */
  #common(names: string | readonly string[]): readonly Interval[] {
    const [{ definition }, ...others] = this.#members(names)
    const isCommon = (interval: Interval) =>
      others.every(({ definition: { model } }) => {
        const same = model.intervals.get(interval.name)
        return same !== undefined && intervalFault(interval, same) === undefined
      })
    const common = definition.intervals.filter(isCommon)
    if (common.length === 0)
      throw new KairosError('TYPE_MISMATCH', 'these series cannot be joined: they have no interval in common')
    return common
  }

  #members(names: string | readonly string[]): [Member, ...Member[]] {
    const distinct = typeof names === 'string' ? [names] : names
    const wrong = () => new KairosError('BAD_USER_INPUT', `give 1 to ${MOST_JOINED} distinct names`)
    if (distinct.length > MOST_JOINED) throw wrong() // before each is looked up
    const [first, ...others] = distinct.map((name) => ({ name, definition: this.definitionOf(name) }))
    if (!first || new Set(distinct).size < distinct.length) throw wrong()
    return [first, ...others]
  }

  #add(batch: Batch, insert: Insert): Entry {
    const { model } = this.definitionOf(insert.name)
    const { value } = insert
    if (Array.isArray(value)) throw new KairosError('BAD_USER_INPUT', 'a value must not be a list')
    if (typeof value === 'string' && value.length > this.#limits.maxValueLength)
      throw new KairosError(
        'BAD_USER_INPUT',
        `a text has at most ${this.#limits.maxValueLength} characters`,
        {
          limit: 'maxValueLength',
        },
      )
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
      { limit: 'maxInserts' },
    )
  }
}

/** What keeps a series with the definition `b` from being joined to one with `a`; undefined where nothing does. */
function kindFault(a: Definition, b: Definition): string | undefined {
  if (a.type !== b.type) return `a ${b.type} among those of type ${a.type}`
  if (a.valueType !== b.valueType) return `its values are ${b.valueType}, not ${a.valueType}`
  return undefined
}

/** What keeps series in these intervals of the same name from being joined; undefined where nothing does. */
function intervalFault(a: Interval, b: Interval): string | undefined {
  if (a.step.id !== b.step.id) return `a step is ${b.step.label}, not ${a.step.label}, or in another zone`
  if (finest(a).id !== finest(b).id)
    return `its resolution is ${finest(b).label}, not ${finest(a).label}, or in another zone`
  return undefined
}

/** Whether so many are no more than `most`; too many to be counted are more. */
function countsAtMost(most: number, counted: () => number): boolean {
  try {
    return counted() <= most
  } catch (error) {
    if (error instanceof KairosError && error.code === 'RANGE_TOO_LARGE') return false
    throw error
  }
}

/** The selection of which the oldest step that is kept lies farthest back. */
function farthest(selections: readonly Selection[], now: number): Selection | undefined {
  const oldest = ({ interval: { step, steps } }: Selection) => step.offset(step.floor(now), 1 - (steps ?? 1))
  return [...selections].sort((a, b) => oldest(a) - oldest(b))[0]
}
