import { type Layout, type LayoutName, layouts } from '../layouts/index.ts'
import { withColon } from '../model.ts'
import { type Definition, type DefinitionOptions, define } from './definition.ts'
import type { Storage } from './storage.ts'

export interface RulesOptions {
  readonly layout: LayoutName
  /** of every key; ':' is appended where missing */
  readonly prefix: string
  /** the first that matches a name decides */
  readonly definitions: readonly DefinitionOptions[]
}

/** Names of which is remembered what decides over them. */
const MOST_KNOWN = 10_000

/** As a stored configuration has them. */
export function rulesOf({ layout, rules }: Storage, prefix: string): Rules {
  return new Rules({ layout, prefix, definitions: rules })
}

/** The definitions in matching order, and the layout in which their series lie. */
export class Rules {
  readonly definitions: readonly Definition[]
  readonly layout: Layout
  readonly #known = new Map<string, Definition | undefined>()

  /** Throws BAD_USER_INPUT where a definition cannot be understood. */
  constructor({ layout, prefix, definitions }: RulesOptions) {
    this.layout = new layouts[layout](withColon(prefix), (name) => this.find(name)?.model.intervals)
    this.definitions = definitions.map((options) => define(options, this.layout))
  }

  /** The definition that decides over a name; undefined where none matches. */
  find(name: string): Definition | undefined {
    if (this.#known.has(name)) return this.#known.get(name)
    const found = this.definitions.find((definition) => definition.matches(name))
    if (this.#known.size >= MOST_KNOWN) this.#known.clear()
    this.#known.set(name, found)
    return found
  }
}
