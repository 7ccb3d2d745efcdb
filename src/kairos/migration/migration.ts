import { allMastersOf, type Client, movesSlots } from '../cluster.ts'
import { KairosError } from '../errors.ts'
import { ForeignData } from '../kinds/index.ts'
import { type LayoutName, OURS } from '../layouts/index.ts'
import { bookkeeping, withColon } from '../model.ts'
import { explain, rethrow } from '../redis-errors.ts'
import { type Found, type Keys, scanPages, unlink, unlinkKeys } from '../scan.ts'
import { type Conflict, type Stage, StoredState } from '../store/adoption.ts'
import { Catalogue } from '../store/catalogue.ts'
import type { Definition, DefinitionOptions } from '../store/definition.ts'
import { type Rules, rulesOf } from '../store/rules.ts'
import { type Storage, storageOf } from '../store/storage.ts'
import { type Copy, verifyCopy, writeCopy } from './copy.ts'
import { type Plan, planOf } from './plan.ts'
import { type Report, reportOf } from './report.ts'

export interface MigrationOptions {
  /** of every key; ':' is appended where missing */
  readonly prefix: string
  /** the configuration to which the series are to be moved */
  readonly layout: LayoutName
  readonly definitions: readonly DefinitionOptions[]
  /** series that are deleted where they do not fit, without a word */
  readonly disposable?: readonly string[] | undefined
  /** called before and after a migration begins: throws MigrationRefused where somebody else may write */
  readonly ensureAlone?: (() => Promise<void>) | undefined
  /** the time now, in Unix seconds; default the system's */
  readonly clock?: (() => number) | undefined
}

/** How many series there are, copied, and moved: in place and without their old keys. */
export interface Progress {
  readonly all: number
  readonly copied: number
  readonly moved: number
}

export interface RunOptions {
  /** delete what cannot be moved exactly; default false: then nothing is moved while there is any */
  readonly discard?: boolean | undefined
  /** called whenever a series was copied or moved */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** Stored series that differ alike, and what becomes of them. */
interface Step {
  readonly conflict: Conflict
  readonly plan: Plan
}

/** Of series that are not worth moving. */
const DISPOSED: Plan = { moves: [], lost: [] }

interface Waiting {
  readonly name: string
  /** undefined where its copy is complete already */
  readonly from?: Definition
  readonly plan?: Plan
}

/** The migration cannot begin or go on. `message` is for the operator. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
}

/** Keys whose names are held in memory at once, more or less. */
const MOST_KEYS = 500_000

/** Keys that are deleted or renamed at once. */
const PAGE = 1000

/**
 * Moves stored series to another configuration, while no server runs. Of each series first a copy is written beside
 * (`__kairos:{prefix}staging:`) and read back; only then are the old keys deleted, and the copy renamed to take their
 * place. How far each has come is kept in `__kairos:{prefix}migration`, so that an interrupted migration goes on where it
 * stopped; no server starts before it has come to its end.
 */
export class Migration {
  readonly #redis: Client
  readonly #prefix: string
  readonly #state: StoredState
  readonly #catalogue: Catalogue
  /** where copies wait, and where they belong */
  readonly #staging: Rules
  readonly #final: Rules
  readonly #disposable: ReadonlySet<string>
  readonly #ensureAlone: () => Promise<void>
  readonly #clock: () => number

  constructor(redis: Client, options: MigrationOptions) {
    const { prefix, layout, definitions, clock = () => Date.now() / 1000 } = options
    const storage = storageOf(layout, definitions)
    this.#redis = redis
    this.#prefix = prefix
    this.#staging = rulesOf(storage, stagingPrefix(prefix))
    this.#final = rulesOf(storage, prefix)
    this.#disposable = new Set(options.disposable)
    this.#ensureAlone = options.ensureAlone ?? (async () => {})
    this.#clock = clock
    this.#state = new StoredState(redis, { prefix, storage })
    this.#catalogue = new Catalogue(redis, this.#final.layout, bookkeeping(redis, prefix))
  }

  /** In what the stored series differ, what would be moved, and what cannot; changes nothing. */
  async report(): Promise<Report> {
    const steps = (await this.#steps()).filter(({ plan }) => plan !== DISPOSED)
    return reportOf(steps, await this.#underWay())
  }

  /**
   * Moves everything, or goes on with what was interrupted; gives how many series were moved. Throws MigrationRefused
   * where something cannot be moved and `discard` is not given, one to another configuration is under way, or Redis fails; CopyFault
   * where a copy is not what it should be. An error in the midst of it loses nothing: what was moved is there, what was not
   * is there, and the next call goes on; if nothing was moved yet, all is as if it had not been called.
   */
  async run({ discard = false, onProgress = () => {} }: RunOptions = {}): Promise<number> {
    await this.#ensureAlone()
    await this.#refuseAnother()
    if (await movesSlots(this.#redis).catch(rethrow))
      throw new MigrationRefused('The Redis Cluster is moving slots: let it finish, then migrate.')
    const steps = await this.#steps()
    if (!discard && steps.some(({ plan }) => plan.lost.length > 0))
      throw new MigrationRefused(
        'Not everything can be moved, so nothing is. Change the configuration, or repeat with --discard to delete what cannot be moved.',
      )
    await this.#state.begin()
    try {
      await this.#ensureAlone() // whoever came meanwhile; from here on no server starts
      return await this.#moveAll(steps, onProgress)
    } catch (error) {
      await this.#giveUpUnchanged().catch(() => {}) // it can go on, which is as good
      throw interrupted(error)
    }
  }

  async #moveAll(steps: readonly Step[], onProgress: (progress: Progress) => void): Promise<number> {
    const stages = await this.#state.stages()
    const waiting = this.#inOrder([
      ...[...stages].filter(([, stage]) => stage !== 'done').map(([name]) => ({ name })),
      ...steps
        .flatMap(({ conflict: { from, names }, plan }) => names.map((name) => ({ name, from, plan })))
        .filter(({ name }) => !stages.has(name)),
    ])
    let moved = [...stages.values()].filter((stage) => stage === 'done').length
    let copied = stages.size
    const all = moved + waiting.length
    await unlinkKeys(this.#redis, stagedKeys(this.#staging, this.#final, stages))
    const sizes = await Promise.all(allMastersOf(this.#redis).map((master) => master.dbsize())).catch(rethrow)
    const parts = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / MOST_KEYS)
    const size = Math.ceil(waiting.length / Math.max(1, parts))
    for (let at = 0; at < waiting.length; at += size) {
      await this.#move(waiting.slice(at, at + size), stages, (what) => {
        if (what === 'copied') copied += 1
        else moved += 1
        onProgress({ all, copied, moved })
      })
    }
    await this.#state.conclude()
    return moved
  }

  async #steps(): Promise<Step[]> {
    const conflicts = await this.#state.conflicts()
    return conflicts.flatMap((conflict) => {
      const { from, to, names } = conflict
      const disposed = names.filter((name) => this.#disposable.has(name))
      const kept = names.filter((name) => !this.#disposable.has(name))
      return [
        { conflict: { ...conflict, names: kept }, plan: planOf(from, to) },
        { conflict: { ...conflict, names: disposed }, plan: DISPOSED },
      ].filter((step) => step.conflict.names.length > 0)
    })
  }

  async #underWay(): Promise<Report['underWay']> {
    const target = await this.#state.target()
    if (target === undefined) return undefined
    const moved = [...(await this.#state.stages()).values()].filter((stage) => stage === 'done').length
    return { here: this.#state.isTarget(target), moved }
  }

  /** One to another configuration has to be finished, unless it has only copied. */
  async #refuseAnother(): Promise<void> {
    const target = await this.#state.target()
    if (target === undefined || this.#state.isTarget(target)) return
    const stages = await this.#state.stages()
    if (stages.size > 0)
      throw new MigrationRefused(
        'A migration to another configuration was begun, and has moved series already: finish it with that one first.',
      )
    await this.#clearCopies(target)
  }

  async #giveUpUnchanged(): Promise<void> {
    const [target, stages] = [await this.#state.target(), await this.#state.stages()]
    if (target === undefined || stages.size > 0) return
    await this.#clearCopies(target)
    await this.#state.giveUp()
  }

  async #clearCopies(target: Storage): Promise<void> {
    const [staging, final] = [
      rulesOf(target, stagingPrefix(this.#prefix)),
      rulesOf(target, this.#prefix),
    ] as const
    await unlinkKeys(this.#redis, stagedKeys(staging, final, new Map()))
  }

  /**
   * A series called "{a}" in layout kairos has keys that "a" has in layout packed: what lies in the old layout has to make
   * room first. Of the two names, that in layout kairos is the longer one.
   */
  #inOrder(series: readonly Waiting[]): readonly Waiting[] {
    const sign = this.#final.layout.name === 'packed' ? -1 : 1
    return [...series].sort((a, b) => sign * (a.name.length - b.name.length))
  }

  async #move(
    series: readonly Waiting[],
    stages: ReadonlyMap<string, Stage>,
    onProgress: (what: 'copied' | 'moved') => void,
  ): Promise<void> {
    const names = new Set(series.map(({ name }) => name))
    const old = await this.#keysOf(await this.#state.storedKeys(), names)
    for (const { name, from, plan } of series) {
      if (!from || !plan) continue
      await this.#copy(name, from, plan, old.get(name) ?? [])
      onProgress('copied')
    }
    const copied = await this.#keysOf(stagedKeys(this.#staging, this.#final, new Map()), names)
    for (const { name } of series) {
      if (stages.get(name) !== 'renaming') await this.#deleteOld(name, old.get(name) ?? [])
      await this.#putInPlace(name, copied.get(name) ?? [])
      onProgress('moved')
    }
  }

  async #copy(name: string, from: Definition, plan: Plan, keys: readonly Found[]): Promise<void> {
    const to = this.#staging.find(name)
    if (!to) throw new Error(`no rule covers "${name}" any more`)
    const now = this.#clock()
    for (const move of plan.moves) {
      const steps = new Set<number>()
      for (const found of keys)
        if (found.interval.name === move.from.name) for (const step of found.steps) steps.add(step)
      const ascending = [...steps].sort((a, b) => a - b)
      const copy: Copy = { name, from, to, move, steps: ascending, now, clock: this.#clock }
      await writeCopy(this.#redis, copy).catch((error: unknown) => refuse(name, error))
      await verifyCopy(this.#redis, copy).catch((error: unknown) => refuse(name, error))
    }
  }

  async #deleteOld(name: string, keys: readonly Found[]): Promise<void> {
    // Its copy is verified.
    await this.#state.reach(name, 'deleting')
    for (let at = 0; at < keys.length; at += PAGE)
      await unlink(
        this.#redis,
        keys.slice(at, at + PAGE).map(({ key }) => key),
      )
    await this.#catalogue.forget(name)
    // The old keys are gone: what has their names now is the copy's.
    await this.#state.reach(name, 'renaming')
  }

  async #putInPlace(name: string, keys: readonly Found[]): Promise<void> {
    // Before they are renamed: should this be interrupted, those that are in place are not looked at again.
    await this.#catalogue.enter(keys)
    for (let at = 0; at < keys.length; at += PAGE) {
      const renaming = keys
        .slice(at, at + PAGE)
        .map(({ key }) =>
          this.#redis.rename(key, this.#final.layout.prefix + key.slice(this.#staging.layout.prefix.length)),
        )
      for (const outcome of await Promise.allSettled(renaming))
        if (outcome.status === 'rejected' && !isGone(outcome.reason)) throw explain(outcome.reason)
    }
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

/** Whether a key was not there any more: it may have expired. */
function isGone(error: unknown): boolean {
  return error instanceof Error && error.message.includes('no such key')
}

/** A series has the same hash tag there as where it belongs. */
function stagingPrefix(prefix: string): string {
  return `${OURS}:${withColon(prefix)}staging:`
}

/** The keys of copies, as those are located that they become; but for series that have reached a stage. */
function stagedKeys(staging: Rules, final: Rules, stages: ReadonlyMap<string, Stage>): Keys {
  const { prefix } = staging.layout
  return {
    pattern: (name) => staging.layout.pattern(name),
    locate(key) {
      if (!key.startsWith(prefix)) return undefined
      const located = final.layout.locate(final.layout.prefix + key.slice(prefix.length))
      return located && !stages.has(located.name) ? located : undefined
    },
  }
}

/** Redis does not serve any more. */
function interrupted(error: unknown): unknown {
  if (!(error instanceof KairosError)) return error
  return new MigrationRefused(`${error.message}. Nothing is lost: run "kairos migrate" again.`, {
    cause: error,
  })
}

/** What is stored of a series cannot be read as its configuration says. */
function refuse(name: string, error: unknown): never {
  const unreadable = error instanceof KairosError && error.code !== 'STORE_UNAVAILABLE'
  if (!unreadable && !(error instanceof ForeignData)) throw error
  throw new MigrationRefused(
    `"${name}" cannot be moved: ${error.message}. Its data are where they were; delete or mend them first.`,
    { cause: error },
  )
}
