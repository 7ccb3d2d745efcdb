import type { Redis } from 'ioredis'
import type { Layout } from '../layouts/index.ts'
import { replaceScript } from '../lua/scripts.ts'
import { bookkeeping } from '../model.ts'
import { rethrow } from '../redis-errors.ts'
import { type Keys, scanKeys } from '../scan.ts'
import { Catalogue } from './catalogue.ts'
import type { Definition } from './definition.ts'
import { rulesOf } from './rules.ts'
import { type Difference, decodeStorage, differencesOf, encodeStorage, type Storage } from './storage.ts'

/** Stored series that two configurations keep differently, in the same way. */
export interface Conflict {
  readonly from: Definition
  readonly to: Definition
  readonly differences: readonly Difference[]
  readonly names: readonly string[]
}

/** Series are stored that the configuration would read and write in the wrong place. `message` is for the operator. */
export class StorageConflict extends Error {
  override readonly name = 'StorageConflict'
  readonly conflicts: readonly Conflict[]

  constructor(prefix: string, conflicts: readonly Conflict[]) {
    const lines = conflicts.map((conflict) => `  ${describeConflict(conflict)}`)
    super(
      [
        `The series in Redis under the prefix "${prefix}" were written with another configuration:`,
        ...lines,
        'Start with the configuration of then, or move them to this one: "kairos check" says what would become of them, "kairos migrate" does it.',
      ].join('\n'),
    )
    this.conflicts = conflicts
  }
}

/** A migration was begun and has to be finished. `message` is for the operator. */
export class MigrationUnderWay extends Error {
  override readonly name = 'MigrationUnderWay'

  constructor(prefix: string) {
    super(
      `The series in Redis under the prefix "${prefix}" are being migrated: run "kairos migrate" again, with the configuration with which it was begun.`,
    )
  }
}

/** Which series they are, and in what they differ, on one line. */
export function describeConflict({ differences, names: [first, ...others] }: Conflict): string {
  const series = others.length === 0 ? first : `${first} and ${others.length} more`
  const changes = differences.map(({ interval, what, from, to }) =>
    what === 'interval'
      ? `interval ${interval} is gone`
      : `${interval === null ? '' : `interval ${interval}: `}${what} ${from} → ${to}`,
  )
  return `${series}: ${changes.join(', ')}`
}

export interface StoredStateOptions {
  readonly prefix: string
  /** the configuration that is to be in force */
  readonly storage: Storage
}

/**
 * The configuration that Redis remembers as the one in force, beside the one that is to be. It is kept at
 * `__kairos:{prefix}configuration`. While series are being migrated, `__kairos:{prefix}migration` is a hash with both, and
 * with how far each series has come.
 */
export class StoredState {
  readonly #redis: Redis
  readonly #prefix: string
  readonly #storage: Storage
  readonly #key: string
  readonly #migrationKey: string

  constructor(redis: Redis, { prefix, storage }: StoredStateOptions) {
    this.#redis = redis
    this.#prefix = prefix
    this.#storage = storage
    this.#key = `${bookkeeping(prefix)}configuration`
    this.#migrationKey = `${bookkeeping(prefix)}migration`
  }

  /**
   * Takes the new configuration for the one in force. Throws StorageConflict where stored series lie otherwise, and
   * MigrationUnderWay; then nothing has changed. Those of `disposable` are deleted where they are in the way.
   */
  async adopt(disposable: readonly string[] = []): Promise<void> {
    for (;;) {
      if (await this.#redis.exists(this.#migrationKey).catch(rethrow))
        throw new MigrationUnderWay(this.#prefix)
      const known = await this.#redis.get(this.#key).catch(rethrow)
      if (known === encodeStorage(this.#storage)) return
      const conflicts = await this.conflicts()
      const serious = conflicts.filter(({ names }) => names.some((name) => !disposable.includes(name)))
      if (serious.length > 0) throw new StorageConflict(this.#prefix, serious)
      for (const { from, names } of conflicts) for (const name of names) await this.#remove(from, name)
      const args = [known ?? '', encodeStorage(this.#storage)]
      if (Number(await replaceScript.run(this.#redis, [this.#key], args)) === 1) return
    }
  }

  /** Stored series that the two configurations keep differently. */
  async conflicts(): Promise<Conflict[]> {
    const [before, after] = [
      rulesOf(await this.#stored(), this.#prefix),
      rulesOf(this.#storage, this.#prefix),
    ]
    const catalogue = new Catalogue(this.#redis, await this.storedKeys(), bookkeeping(this.#prefix))
    await catalogue.rebuild()
    const known = new Map<string, Conflict & { names: string[] }>()
    for await (const name of catalogue.all()) {
      const [from, to] = [before.find(name), after.find(name)]
      // What no rule covered is not ours, and what none covers any more stays as it is.
      if (!from || !to) continue
      const pair = `${before.definitions.indexOf(from)} ${after.definitions.indexOf(to)}`
      const conflict = known.get(pair) ?? { from, to, differences: differencesOf(from, to), names: [] }
      known.set(pair, conflict)
      conflict.names.push(name)
    }
    return [...known.values()].filter(({ differences }) => differences.length > 0)
  }

  /** The keys of the series as they are stored. What the new layout knows for its own is none of another's. */
  async storedKeys(): Promise<Keys> {
    const before = rulesOf(await this.#stored(), this.#prefix).layout
    const after = rulesOf(this.#storage, this.#prefix).layout
    return before.name === after.name ? before : without(before, after)
  }

  /** Begins a migration, or goes on with one. False where one to another configuration is under way. */
  async begin(): Promise<boolean> {
    const target = encodeStorage(this.#storage)
    const source = encodeStorage(await this.#stored())
    await this.#redis.hsetnx(this.#migrationKey, SOURCE, source).catch(rethrow)
    await this.#redis.hsetnx(this.#migrationKey, TARGET, target).catch(rethrow)
    return (await this.#redis.hget(this.#migrationKey, TARGET).catch(rethrow)) === target
  }

  /** How far each series has come that is being migrated, as `reach` noted. */
  async stages(): Promise<Map<string, string>> {
    const fields = await this.#redis.hgetall(this.#migrationKey).catch(rethrow)
    const series = Object.entries(fields).filter(([field]) => field.startsWith(SERIES))
    return new Map(series.map(([field, stage]) => [field.slice(SERIES.length), stage]))
  }

  async reach(name: string, stage: string): Promise<void> {
    await this.#redis.hset(this.#migrationKey, SERIES + name, stage).catch(rethrow)
  }

  /** Ends a migration: the new configuration is in force. */
  async conclude(): Promise<void> {
    const ending = this.#redis.multi().set(this.#key, encodeStorage(this.#storage)).del(this.#migrationKey)
    await ending.exec().catch(rethrow)
  }

  /** The configuration in force. Where none is remembered, it is that of the data that there are. */
  async #stored(): Promise<Storage> {
    const source = await this.#redis.hget(this.#migrationKey, SOURCE).catch(rethrow)
    const known = source ?? (await this.#redis.get(this.#key).catch(rethrow))
    if (known !== null) return decodeStorage(known)
    const other: Storage = {
      ...this.#storage,
      layout: this.#storage.layout === 'packed' ? 'kairos' : 'packed',
    }
    const [theirs, ours] = [rulesOf(other, this.#prefix).layout, rulesOf(this.#storage, this.#prefix).layout]
    for await (const _ of scanKeys(this.#redis, without(theirs, ours))) return other
    return this.#storage
  }

  async #remove({ model }: Definition, name: string): Promise<void> {
    await model.layout.remove(this.#redis, name)
    await new Catalogue(this.#redis, model.layout, bookkeeping(this.#prefix)).forget(name)
  }
}

/** Fields of the migration's hash. */
const SOURCE = 'source'
const TARGET = 'target'
const SERIES = 'series:'

/** The keys of one layout that the other does not know for its own. */
function without(keys: Layout, others: Layout): Keys {
  return {
    pattern: (name) => keys.pattern(name),
    locate: (key) => (others.locate(key) === undefined ? keys.locate(key) : undefined),
  }
}
