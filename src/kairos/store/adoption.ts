import type { Client } from '../cluster.ts'
import type { Layout } from '../layouts/index.ts'
import { replaceScript } from '../lua/scripts.ts'
import { bookkeeping } from '../model.ts'
import { rethrow } from '../redis-errors.ts'
import { type Keys, scanKeys, scanPages } from '../scan.ts'
import { Catalogue } from './catalogue.ts'
import type { Definition } from './definition.ts'
import { type Rules, rulesOf } from './rules.ts'
import {
  type Difference,
  decodeStorage,
  differencesOf,
  encodeStorage,
  type Storage,
  type StoredRule,
  startsWith,
} from './storage.ts'

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
      `The series in Redis under the prefix "${prefix}" are being migrated: run "kairos migrate" with the configuration with which that was begun, until it says that it is done.`,
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

/** How far a series has come that is being migrated: its old keys are being deleted, are gone, its copy is in their place. */
export type Stage = 'deleting' | 'renaming' | 'done'

/** What is stored, seen with two configurations. */
interface Survey {
  readonly conflicts: readonly Conflict[]
  /** Rules by which series are stored that no rule covers any more. */
  readonly abandoned: readonly StoredRule[]
}

/**
 * The configuration that Redis remembers as the one in force, beside the one that is to be. It is kept at
 * `__kairos:{prefix}configuration`, with the rules of series that no rule covers any more behind its own, for the day when
 * one does again. While series are being migrated, `__kairos:{prefix}migration` is a hash with the two configurations, and
 * with how far each series has come.
 */
export class StoredState {
  readonly #redis: Client
  readonly #prefix: string
  readonly #storage: Storage
  readonly #key: string
  readonly #migrationKey: string

  constructor(redis: Client, { prefix, storage }: StoredStateOptions) {
    this.#redis = redis
    this.#prefix = prefix
    this.#storage = storage
    this.#key = `${bookkeeping(redis, prefix)}configuration`
    this.#migrationKey = `${bookkeeping(redis, prefix)}migration`
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
      if (known !== null && startsWith(decodeStorage(known), this.#storage)) return
      const { conflicts, abandoned } = await this.#survey()
      const serious = conflicts.filter(({ names }) => names.some((name) => !disposable.includes(name)))
      if (serious.length > 0) throw new StorageConflict(this.#prefix, serious)
      for (const { from, names } of conflicts) for (const name of names) await this.#remove(from, name)
      const args = [known ?? '', this.#remembered(abandoned)]
      if (Number(await replaceScript.run(this.#redis, [this.#key, this.#migrationKey], args)) === 1) return
    }
  }

  /** Stored series that the two configurations keep differently. */
  async conflicts(): Promise<readonly Conflict[]> {
    return (await this.#survey()).conflicts
  }

  /** The keys of the series that lie as the configuration in force says; those that were migrated do not any more. */
  async storedKeys(): Promise<Keys> {
    return this.#keysNotMoved(rulesOf(await this.#stored(), this.#prefix), await this.stages())
  }

  /**
   * The configuration to which a migration is under way; undefined where none is. It can be given up, or led elsewhere, as
   * long as there are no `stages`.
   */
  async target(): Promise<Storage | undefined> {
    const target = await this.#redis.hget(this.#migrationKey, TARGET).catch(rethrow)
    return target === null ? undefined : decodeStorage(target)
  }

  /** Whether that is the new configuration. */
  isTarget(storage: Storage): boolean {
    return encodeStorage(storage) === encodeStorage(this.#storage)
  }

  /** Begins a migration, or goes on with one. */
  async begin(): Promise<void> {
    const source = encodeStorage(await this.#stored())
    const target = encodeStorage(this.#storage)
    const beginning = this.#redis.multi().hsetnx(this.#migrationKey, SOURCE, source)
    await beginning.hset(this.#migrationKey, TARGET, target).exec().catch(rethrow)
  }

  /** How far each series has come that is being migrated, as `reach` noted. */
  async stages(): Promise<Map<string, Stage>> {
    const fields = await this.#redis.hgetall(this.#migrationKey).catch(rethrow)
    const series = Object.entries(fields).filter(([field]) => field.startsWith(SERIES))
    return new Map(series.map(([field, stage]) => [field.slice(SERIES.length), stage as Stage]))
  }

  async reach(name: string, stage: Stage): Promise<void> {
    await this.#redis.hset(this.#migrationKey, SERIES + name, stage).catch(rethrow)
  }

  /** Ends a migration: the new configuration is in force. */
  async conclude(): Promise<void> {
    const { abandoned } = await this.#survey()
    const ending = this.#redis.multi().set(this.#key, this.#remembered(abandoned)).del(this.#migrationKey)
    await ending.exec().catch(rethrow)
  }

  /** Ends a migration that has changed nothing. */
  async giveUp(): Promise<void> {
    await this.#redis.del(this.#migrationKey).catch(rethrow)
  }

  async #survey(): Promise<Survey> {
    const stored = await this.#stored()
    const [before, after] = [rulesOf(stored, this.#prefix), rulesOf(this.#storage, this.#prefix)]
    const abandoned = new Set<number>()
    const known = new Map<string, Conflict & { names: string[] }>()
    for (const name of await this.#storedNames(before)) {
      const from = before.find(name)
      const to = after.find(name)
      if (!from) continue // no rule covered it: it is not ours
      if (!to) {
        abandoned.add(before.definitions.indexOf(from))
        continue
      }
      const pair = `${before.definitions.indexOf(from)} ${after.definitions.indexOf(to)}`
      const conflict = known.get(pair) ?? { from, to, differences: differencesOf(from, to), names: [] }
      known.set(pair, conflict)
      conflict.names.push(name)
    }
    return {
      conflicts: [...known.values()].filter(({ differences }) => differences.length > 0),
      // In another layout nobody would find them.
      abandoned:
        stored.layout === this.#storage.layout ? stored.rules.filter((_, i) => abandoned.has(i)) : [],
    }
  }

  /** The names of which there are keys, whoever wrote them, but for those that were migrated. */
  async #storedNames(before: Rules): Promise<string[]> {
    const names = new Set<string>()
    for await (const page of scanPages(this.#redis, this.#keysNotMoved(before, await this.stages())))
      for (const { name } of page) names.add(name)
    return [...names].sort()
  }

  /** A key may be one of two series, one in each layout. Then `Migration` moves that first which lies in the old one. */
  #keysNotMoved({ layout }: Rules, stages: ReadonlyMap<string, Stage>): Keys {
    const after = rulesOf(this.#storage, this.#prefix).layout
    const moved = (name = '') => stages.has(name) && stages.get(name) !== 'deleting'
    return {
      pattern: (name) => layout.pattern(name),
      locate(key) {
        const located = layout.locate(key)
        return moved(located?.name) || (stages.size > 0 && moved(after.locate(key)?.name))
          ? undefined
          : located
      },
    }
  }

  /** The configuration in force. Where none is remembered, it is that of the data that there are. */
  async #stored(): Promise<Storage> {
    const source = await this.#redis.hget(this.#migrationKey, SOURCE).catch(rethrow)
    const known = source ?? (await this.#redis.get(this.#key).catch(rethrow))
    if (known !== null) return decodeStorage(known)
    const other = inOtherLayout(this.#storage)
    const [theirs, ours] = [rulesOf(other, this.#prefix).layout, rulesOf(this.#storage, this.#prefix).layout]
    for await (const _ of scanKeys(this.#redis, without(theirs, ours))) return other
    return this.#storage
  }

  #remembered(abandoned: readonly StoredRule[]): string {
    return encodeStorage({ ...this.#storage, rules: [...this.#storage.rules, ...abandoned] })
  }

  async #remove({ model }: Definition, name: string): Promise<void> {
    await model.layout.remove(this.#redis, name)
    await new Catalogue(this.#redis, model.layout, bookkeeping(this.#redis, this.#prefix)).forget(name)
  }
}

/** Fields of the migration's hash. */
const SOURCE = 'source'
const TARGET = 'target'
const SERIES = 'series:'

/** The same rules in the other layout, which knows no `weekStart`. */
function inOtherLayout({ layout, rules }: Storage): Storage {
  if (layout === 'kairos') return { layout: 'packed', rules }
  const intervals = (rule: StoredRule) => rule.intervals.map(({ weekStart, ...interval }) => interval)
  return { layout: 'kairos', rules: rules.map((rule) => ({ ...rule, intervals: intervals(rule) })) }
}

/** The keys of one layout that the other does not know for its own. */
function without(keys: Layout, others: Layout): Keys {
  return {
    pattern: (name) => keys.pattern(name),
    locate: (key) => (others.locate(key) === undefined ? keys.locate(key) : undefined),
  }
}
