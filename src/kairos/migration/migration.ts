import type { Redis } from 'ioredis'
import type { LayoutName } from '../layouts/index.ts'
import { bookkeeping } from '../model.ts'
import { rethrow } from '../redis-errors.ts'
import { type Found, type Keys, scanPages, unlinkKeys } from '../scan.ts'
import { type Conflict, StoredState } from '../store/adoption.ts'
import { Catalogue } from '../store/catalogue.ts'
import type { Definition, DefinitionOptions } from '../store/definition.ts'
import { type Rules, rulesOf } from '../store/rules.ts'
import { storageOf } from '../store/storage.ts'
import { type Copy, verifyCopy, writeCopy } from './copy.ts'
import { type Plan, planOf } from './plan.ts'
import { reportOf } from './report.ts'

export interface MigrationOptions {
  /** of every key; ':' is appended where missing */
  readonly prefix: string
  /** the configuration to which the series are to be moved */
  readonly layout: LayoutName
  readonly definitions: readonly DefinitionOptions[]
  /** the time now, in Unix seconds; default the system's */
  readonly clock?: (() => number) | undefined
}

export interface RunOptions {
  /** delete what cannot be moved exactly; default false: then nothing is moved while there is any */
  readonly discard?: boolean | undefined
  /** called after each series; how many of all are done */
  readonly onProgress?: ((done: number, all: number) => void) | undefined
}

/** Stored series that differ alike, and what becomes of them. */
interface Step {
  readonly conflict: Conflict
  readonly plan: Plan
}

/** The migration cannot begin or go on. `message` is for the operator. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
}

/** Keys whose names are held in memory at once, more or less. */
const MOST_KEYS = 500_000

/**
 * Moves stored series to another configuration, while no server runs. Of each series first a copy is written beside
 * (`__kairos:{prefix}staging:`) and read back; only then are the old keys deleted, and the copy renamed to take their
 * place. How far each has come is kept in `__kairos:{prefix}migration`, so that an interrupted migration goes on where it
 * stopped; no server starts before it has come to its end.
 */
export class Migration {
  readonly #redis: Redis
  readonly #state: StoredState
  readonly #catalogue: Catalogue
  /** where copies wait, and where they belong */
  readonly #staging: Rules
  readonly #final: Rules
  readonly #clock: () => number

  constructor(redis: Redis, options: MigrationOptions) {
    const { prefix, layout, definitions, clock = () => Date.now() / 1000 } = options
    const storage = storageOf(layout, definitions)
    this.#redis = redis
    this.#staging = rulesOf(storage, `${bookkeeping(prefix)}staging:`)
    this.#final = rulesOf(storage, prefix)
    this.#clock = clock
    this.#state = new StoredState(redis, { prefix, storage })
    this.#catalogue = new Catalogue(redis, this.#final.layout, bookkeeping(prefix))
  }

  /** In what the stored series differ, what would be moved, and what cannot, line by line; none where all can stay as they are. */
  async report(): Promise<string[]> {
    return (await this.#steps()).flatMap(({ conflict, plan }) => reportOf(conflict, plan))
  }

  /**
   * Moves everything, or goes on with what was interrupted; gives how many series were moved. Throws MigrationRefused
   * where something cannot be moved and `discard` is not given, or one to another configuration is under way; CopyFault
   * where a copy is not what it should be: then the old data are there.
   */
  async run({ discard = false, onProgress = () => {} }: RunOptions = {}): Promise<number> {
    const steps = await this.#steps()
    await this.#begin(steps, discard)
    const stages = await this.#state.stages()
    const waiting = steps
      .flatMap(({ conflict: { from, names }, plan }) => names.map((name) => ({ name, from, plan })))
      .filter(({ name }) => stages.get(name) !== 'done')
    let done = stages.size === 0 ? 0 : [...stages.values()].filter((stage) => stage === 'done').length
    const all = done + waiting.length
    await this.#clearStaging(stages)
    const parts = Math.ceil((await this.#redis.dbsize().catch(rethrow)) / MOST_KEYS)
    for (let part = 0; part < parts; part += 1) {
      const series = waiting.filter((_, i) => i % parts === part)
      await this.#move(series, stages, () => onProgress(++done, all))
    }
    await this.#state.conclude()
    return done
  }

  async #steps(): Promise<Step[]> {
    const conflicts = await this.#state.conflicts()
    return conflicts.map((conflict) => ({ conflict, plan: planOf(conflict.from, conflict.to) }))
  }

  async #begin(steps: readonly Step[], discard: boolean): Promise<void> {
    const lost = steps.flatMap(({ plan }) => plan.lost)
    if (lost.length > 0 && !discard)
      throw new MigrationRefused(
        'Not everything can be moved: "kairos check" says what. Change the configuration, or repeat with --discard to delete what cannot.',
      )
    if (!(await this.#state.begin()))
      throw new MigrationRefused(
        'A migration to another configuration was begun: finish it with that one first.',
      )
  }

  /** Copies that were not finished are begun anew. */
  async #clearStaging(stages: ReadonlyMap<string, string>): Promise<void> {
    const { layout } = this.#staging
    const unfinished = {
      pattern: () => layout.pattern(),
      locate: (key: string) => {
        const located = layout.locate(key)
        return located && !stages.has(located.name) ? located : undefined
      },
    }
    await unlinkKeys(this.#redis, unfinished)
  }

  async #move(
    series: readonly Waiting[],
    stages: ReadonlyMap<string, string>,
    onDone: () => void,
  ): Promise<void> {
    const names = new Set(series.map(({ name }) => name))
    const old = await this.#keysOf(await this.#state.storedKeys(), names)
    for (const each of series) if (!stages.has(each.name)) await this.#copy(each, old.get(each.name) ?? [])
    const copied = await this.#keysOf(this.#staging.layout, names)
    for (const { name } of series) {
      if (stages.get(name) !== 'renaming') await this.#deleteOld(name, old.get(name) ?? [])
      await this.#putInPlace(name, copied.get(name) ?? [])
      onDone()
    }
  }

  async #copy({ name, from, plan }: Waiting, keys: readonly Found[]): Promise<void> {
    const to = this.#staging.find(name)
    if (!to) throw new Error(`no rule covers "${name}" any more`)
    const now = this.#clock()
    for (const move of plan.moves) {
      const found = keys
        .filter(({ interval }) => interval.name === move.from.name)
        .flatMap(({ steps }) => steps)
      const steps = [...new Set(found)].sort((a, b) => a - b)
      const copy: Copy = { name, from, to, move, steps, now }
      await writeCopy(this.#redis, copy)
      await verifyCopy(this.#redis, copy)
    }
  }

  async #deleteOld(name: string, keys: readonly Found[]): Promise<void> {
    // Its copy is verified.
    await this.#state.reach(name, 'deleting')
    for (const { key } of keys) await this.#redis.unlink(key).catch(rethrow)
    // The old keys are gone: what has their names now is the copy's.
    await this.#state.reach(name, 'renaming')
  }

  async #putInPlace(name: string, keys: readonly Found[]): Promise<void> {
    const [from, to] = [this.#staging.layout.prefix, this.#final.layout.prefix]
    const renamed: string[] = []
    for (const { key } of keys) {
      renamed.push(to + key.slice(from.length))
      await this.#redis.rename(key, renamed.at(-1) ?? key).catch(rethrow)
    }
    await this.#catalogue.forget(name)
    await this.#catalogue.enter(renamed.map((key) => ({ key, name })))
    await this.#state.reach(name, 'done')
  }

  /** The keys of these series, by name. */
  async #keysOf(layout: Keys, names: ReadonlySet<string>): Promise<Map<string, Found[]>> {
    const keys = new Map<string, Found[]>([...names].map((name) => [name, []]))
    const seen = new Set<string>()
    for await (const page of scanPages(this.#redis, layout))
      for (const found of page) {
        if (seen.has(found.key)) continue
        seen.add(found.key)
        keys.get(found.name)?.push(found)
      }
    return keys
  }
}

interface Waiting {
  readonly name: string
  readonly from: Definition
  readonly plan: Plan
}
