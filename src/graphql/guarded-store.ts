import type { Identity } from '../auth/index.ts'
import {
  type Definition,
  type Extents,
  faultsSentence,
  type Insert,
  type InsertResult,
  LONGEST_NAME,
  type Plan,
  type Query,
  quoted,
  type SearchOptions,
  type Selection,
  type Store,
} from '../kairos/index.ts'
import { forbidden, refusedInserts } from './errors.ts'
import { inStoreSpan } from './span.ts'

/** Told what became of each request to insert. It must not throw. */
export interface InsertObserver {
  answered(result: InsertResult): void
  /** nothing of so many values was written; where the store could not be reached, that is not known */
  failed(values: number, error: unknown): void
}

/**
 * A store in somebody's name: what they may not do throws FORBIDDEN, before anything is told about the series, and the rest
 * is as the store has it.
 */
export class GuardedStore {
  readonly #store: Store
  readonly #identity: Identity
  readonly #observer: InsertObserver | undefined

  constructor(store: Store, identity: Identity, observer?: InsertObserver) {
    this.#store = store
    this.#identity = identity
    this.#observer = observer
  }

  get clock(): () => number {
    return this.#store.clock
  }

  /** in matching order; whoever is known may see them */
  get definitions(): readonly Definition[] {
    return this.#store.definitions
  }

  /** The one that decides over a name; whoever is known may see it, as it says nothing of what is stored. */
  findDefinition(name: string): Definition | undefined {
    return this.#store.findDefinition(name)
  }

  definitionOf(name: string): Definition {
    this.#check('read', [name])
    return this.#store.definitionOf(name)
  }

  select(names: string | readonly string[], interval: string): Selection {
    this.#check('read', [names].flat())
    return this.#store.select(names, interval)
  }

  plan(names: string | readonly string[], interval: string | undefined, query: Query): Plan {
    this.#check('read', [names].flat())
    return this.#store.plan(names, interval, query)
  }

  async extents(names: readonly string[]): Promise<Extents> {
    this.#check('read', names)
    return await inStoreSpan('extents', { 'kairos.series': names.length }, () => this.#store.extents(names))
  }

  /** Of the names that may be read. */
  async search(options: SearchOptions): Promise<string[]> {
    const within = this.#identity.rights.readable
    return await inStoreSpan('search', {}, () => this.#store.search({ ...options, within }))
  }

  async insert(insert: Insert, id?: string): Promise<InsertResult> {
    return await this.#observed(1, async () => {
      this.#check('write', [insert.name])
      return await this.#store.insert(insert, { id, owner: this.#identity.name })
    })
  }

  /** All or none; what may not be written is a fault among the others. */
  async insertMany(inserts: readonly Insert[], id?: string): Promise<InsertResult> {
    return await this.#observed(inserts.length, async () => {
      const names = new Set(inserts.map(({ name }) => name))
      if (![...names].every((name) => this.#may('write', name))) throw this.#refusal(inserts)
      return await this.#store.insertMany(inserts, { id, owner: this.#identity.name })
    })
  }

  async delete(names: readonly string[]): Promise<number> {
    this.#check('delete', names)
    return await inStoreSpan('delete', { 'kairos.series': names.length }, () => this.#store.delete(names))
  }

  async #observed(values: number, insert: () => Promise<InsertResult>): Promise<InsertResult> {
    try {
      const result = await inStoreSpan('insert', { 'kairos.values': values }, insert)
      this.#observer?.answered(result)
      return result
    } catch (error) {
      this.#observer?.failed(values, error)
      throw error
    }
  }

  #refusal(inserts: readonly Insert[]) {
    const known = new Map(this.#store.faultsOf(inserts).map((fault) => [fault.index, fault]))
    const faults = inserts.flatMap(({ name }, index) => {
      if (this.#may('write', name)) return known.get(index) ?? []
      return { index, code: 'FORBIDDEN' as const, message: sentence('write', name) }
    })
    return refusedInserts(faultsSentence(faults), faults)
  }

  #check(action: Action, names: readonly string[]): void {
    const refused = names.find((name) => !this.#may(action, name))
    if (refused !== undefined) throw forbidden(sentence(action, refused))
  }

  /** What is too long for a name is not matched with globs: the store refuses it. */
  #may(action: Action, name: string): boolean {
    if (name.length > LONGEST_NAME) return true
    const { rights } = this.#identity
    switch (action) {
      case 'read':
        return rights.mayRead(name)
      case 'write':
        return rights.mayWrite(name)
      case 'delete':
        return rights.mayDelete(name)
    }
  }
}

type Action = 'read' | 'write' | 'delete'

function sentence(action: Action, name: string): string {
  return `your token does not allow to ${action} ${quoted(name)}`
}
