import type { Redis } from 'ioredis'
import type { LayoutName } from '../layouts/index.ts'
import { replaceScript } from '../lua/scripts.ts'
import { bookkeeping } from '../model.ts'
import { rethrow } from '../redis-errors.ts'
import { scanKeys } from '../scan.ts'
import { Catalogue } from './catalogue.ts'
import type { Definition } from './definition.ts'
import { Rules } from './rules.ts'
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
    const lines = describeConflicts(conflicts).map((line) => `  ${line}`)
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

/** A line for each group of series that differ alike. */
export function describeConflicts(conflicts: readonly Conflict[]): string[] {
  return conflicts.map(({ differences, names: [first, ...others] }) => {
    const series = others.length === 0 ? first : `${first} and ${others.length} more`
    const changes = differences.map(({ interval, what, from, to }) =>
      what === 'interval'
        ? `interval ${interval} is gone`
        : `${interval === null ? '' : `interval ${interval}: `}${what} ${from} → ${to}`,
    )
    return `${series}: ${changes.join(', ')}`
  })
}

export interface StoredStateOptions {
  readonly prefix: string
  /** the configuration that is to be in force */
  readonly storage: Storage
}

/**
 * The configuration that Redis remembers as the one in force, beside the one that is to be. It is kept at
 * `__kairos:{prefix}configuration`; `__kairos:{prefix}migration` is there while one is under way.
 */
export class StoredState {
  readonly #redis: Redis
  readonly #prefix: string
  readonly #storage: Storage
  readonly #key: string
  /** there while a migration is under way */
  readonly migrationKey: string

  constructor(redis: Redis, { prefix, storage }: StoredStateOptions) {
    this.#redis = redis
    this.#prefix = prefix
    this.#storage = storage
    this.#key = `${bookkeeping(prefix)}configuration`
    this.migrationKey = `${bookkeeping(prefix)}migration`
  }

  /**
   * Takes the new configuration for the one in force. Throws StorageConflict where stored series lie otherwise, and
   * MigrationUnderWay; then nothing has changed. Those of `disposable` are deleted where they are in the way.
   */
  async adopt(disposable: readonly string[] = []): Promise<void> {
    for (;;) {
      if (await this.#redis.exists(this.migrationKey).catch(rethrow))
        throw new MigrationUnderWay(this.#prefix)
      const known = await this.#redis.get(this.#key).catch(rethrow)
      if (known === encodeStorage(this.#storage)) return
      const conflicts = await this.#conflictsWith(await this.stored())
      const serious = conflicts.filter(({ names }) => names.some((name) => !disposable.includes(name)))
      if (serious.length > 0) throw new StorageConflict(this.#prefix, serious)
      for (const { from, names } of conflicts) for (const name of names) await this.#remove(from, name)
      if (await this.replace(known)) return
    }
  }

  /** Stored series that the two configurations keep differently. */
  async conflicts(): Promise<Conflict[]> {
    return await this.#conflictsWith(await this.stored())
  }

  /** The configuration in force. Where none is remembered, it is that of the data that there are. */
  async stored(): Promise<Storage> {
    const known = await this.#redis.get(this.#key).catch(rethrow)
    if (known !== null) return decodeStorage(known)
    const other: LayoutName = this.#storage.layout === 'packed' ? 'kairos' : 'packed'
    const [ours, theirs] = [this.#rules(this.#storage), this.#rules({ ...this.#storage, layout: other })]
    for await (const { key } of scanKeys(this.#redis, theirs.layout))
      if (!ours.layout.locate(key)) return { ...this.#storage, layout: other }
    return this.#storage
  }

  /** Remembers the new configuration; false where another was remembered than `known`. */
  async replace(known: string | null): Promise<boolean> {
    const args = [known ?? '', encodeStorage(this.#storage)]
    return Number(await replaceScript.run(this.#redis, [this.#key], args)) === 1
  }

  async #conflictsWith(stored: Storage): Promise<Conflict[]> {
    const [before, after] = [this.#rules(stored), this.#rules(this.#storage)]
    const catalogue = new Catalogue(this.#redis, before.layout, bookkeeping(this.#prefix))
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

  async #remove({ model }: Definition, name: string): Promise<void> {
    await model.layout.remove(this.#redis, name)
    await new Catalogue(this.#redis, model.layout, bookkeeping(this.#prefix)).forget(name)
  }

  #rules({ layout, rules }: Storage): Rules {
    const maxValueLength = Number.POSITIVE_INFINITY
    return new Rules({ layout, prefix: this.#prefix, definitions: rules, maxValueLength })
  }
}
