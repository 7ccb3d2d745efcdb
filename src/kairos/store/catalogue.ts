import { type Client, isCluster } from '../cluster.ts'
import type { Layout } from '../layouts/layout.ts'
import { forgetScript, namesScript } from '../lua/scripts.ts'
import { rethrow } from '../redis-errors.ts'
import { type Found, scanPages } from '../scan.ts'
import { byBytes, type NameRange } from './name-ranges.ts'

/** Names that are read at once where all are looked at. */
const PAGE = 1000

/** Milliseconds within which a name that others keep writing to might leave before the next rebuild. */
const SOON = 30 * 60_000

/** A byte that UTF-8 lacks: it comes after every character. */
const BEYOND = Buffer.of(0xff)

/** What PTTL says of a key that is not there, and of one that never expires. */
const GONE = -2
const FOR_EVER = -1

/** Which keys a series has. */
type Series = Pick<Layout, 'locate' | 'pattern' | 'indexes'>

/** A key, and of which series it is. */
type Owned = Pick<Found, 'key' | 'name'>

/**
 * The names of all stored series, in two sorted sets: `names` for their order, `expiries` for when the last key of each
 * expires. Whatever creates a key enters its name in the same script call, and nothing else does; so a write to a key that
 * is there costs nothing. On a Cluster the catalogue lies in one slot: there a name is entered after its key was created, and
 * before that is acknowledged. What others wrote is found by `rebuild`, which also drops names that were entered after their
 * series was deleted.
 */
export class Catalogue {
  readonly #redis: Client
  readonly #layout: Series
  /** what its own keys begin with */
  readonly prefix: string
  readonly #names: string
  readonly #expiries: string

  /** `layout` is that of the series; `prefix` is what the catalogue's own keys begin with. */
  constructor(redis: Client, layout: Series, prefix: string) {
    this.#redis = redis
    this.#layout = layout
    this.prefix = prefix
    this.#names = `${prefix}names`
    this.#expiries = `${prefix}expiries`
  }

  /** At most `count` names after the name `after`, ascending by code points; one round trip. */
  async page(count: number, after?: string): Promise<string[]> {
    return await this.#page(count, after === undefined ? '-' : `(${after}`, '+')
  }

  /** The names of a range that come after `after`, ascending by code points, a page at a time; others are not looked at. */
  async *within({ prefix, exact }: NameRange, after?: string): AsyncGenerator<string> {
    const begun = after !== undefined && byBytes(after, prefix) >= 0
    const until = exact ? `[${prefix}` : Buffer.concat([Buffer.from(`(${prefix}`), BEYOND])
    let names = await this.#page(PAGE, begun ? `(${after}` : `[${prefix}`, until)
    while (names.length > 0) {
      yield* names
      names = await this.#page(PAGE, `(${names.at(-1)}`, until)
    }
  }

  /** Removes a name whose keys are gone. */
  async forget(name: string): Promise<void> {
    await forgetScript.run(this.#redis, [this.#names, this.#expiries], [name])
  }

  /** Enters the names of these keys; to known ones it only gives a longer life. */
  async enter(keys: readonly Owned[]): Promise<void> {
    for (let at = 0; at < keys.length; at += PAGE) await this.#enterPage(keys.slice(at, at + PAGE))
  }

  /**
   * Walks the keyspace for names that the catalogue lacks, or is about to lose: others may have written to it. Gives how
   * many it found. On a Cluster it then drops names of which there is no key any more.
   */
  async rebuild(): Promise<number> {
    let found = 0
    for await (const page of scanPages(this.#redis, this.#layout)) found += await this.#enterUnknown(page)
    if (isCluster(this.#redis)) await this.#dropDeleted()
    return found
  }

  /** `from` and `until` as ZRANGEBYLEX takes them. */
  async #page(count: number, from: string, until: string | Buffer): Promise<string[]> {
    const names = await namesScript.run(this.#redis, [this.#names, this.#expiries], [from, until, count])
    return Array.isArray(names) ? names.map(String) : []
  }

  async #enterPage(keys: readonly Owned[]): Promise<void> {
    const [time, lives] = await Promise.all([this.#redis.time().catch(rethrow), this.#lives(keys)])
    const now = millisecondsOf(time)
    const expiries = keys.flatMap(({ name }, i): [string, string][] => {
      const life = lives[i] ?? GONE
      return life === GONE ? [] : [[name, life === FOR_EVER ? '+inf' : String(now + life)]]
    })
    await this.record(expiries)
  }

  /** Enters names with when their last key expires, in Unix milliseconds; to known ones it only gives a longer life. */
  async record(expiries: readonly (readonly [name: string, expiry: string])[]): Promise<void> {
    if (expiries.length === 0) return
    const lives = expiries.flatMap(([name, expiry]) => [expiry, name])
    const names = expiries.flatMap(([name]) => ['0', name])
    // In this order: a name without an expiry would stay for ever.
    await this.#redis.zadd(this.#expiries, 'GT', ...lives).catch(rethrow)
    await this.#redis.zadd(this.#names, ...names).catch(rethrow)
  }

  async #dropDeleted(): Promise<void> {
    let names = await this.#page(PAGE, '-', '+')
    while (names.length > 0) {
      const indexes = names.flatMap((name) => this.#indexesOf(name))
      const lives = await this.#lives(indexes)
      const gone = new Set(indexes.map(({ name }) => name))
      for (const [i, { name }] of indexes.entries()) if (lives[i] !== GONE) gone.delete(name)
      for (const name of gone) await this.forget(name)
      // One that was written to meanwhile has had its name entered before it was dropped.
      await this.enter([...gone].flatMap((name) => this.#indexesOf(name)))
      names = await this.#page(PAGE, `(${names.at(-1)}`, '+')
    }
  }

  #indexesOf(name: string): Owned[] {
    return this.#layout.indexes(name).map((key) => ({ key, name }))
  }

  /** What PTTL says of each; one round trip. */
  async #lives(keys: readonly Owned[]): Promise<number[]> {
    return await Promise.all(keys.map(({ key }) => this.#redis.pttl(key))).catch(rethrow)
  }

  async #enterUnknown(keys: readonly Found[]): Promise<number> {
    const names = [...new Set(keys.map(({ name }) => name))]
    if (names.length === 0) return 0
    const expiries = await this.#redis.zmscore(this.#expiries, names).catch(rethrow)
    const soon = millisecondsOf(await this.#redis.time().catch(rethrow)) + SOON
    const unknown = names.filter((_, i) => expiries[i] === null)
    // Of `inf` is made NaN, which is never soon.
    const leaving = names.filter((_, i) => expiries[i] !== null && Number(expiries[i]) < soon)
    const entering = new Set([...unknown, ...leaving])
    if (entering.size > 0) await this.enter(keys.filter(({ name }) => entering.has(name)))
    return unknown.length
  }
}

/** What TIME replies, in Unix milliseconds. */
function millisecondsOf(time: unknown): number {
  const [seconds, microseconds] = Array.isArray(time) ? time.map(Number) : []
  return seconds === undefined || microseconds === undefined
    ? Date.now()
    : seconds * 1000 + Math.floor(microseconds / 1000)
}
