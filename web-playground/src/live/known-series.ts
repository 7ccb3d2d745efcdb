import type { DefinitionsQuery } from 'kairos/client/documents'

export type Definition = DefinitionsQuery['definitions'][number]

/** A series whose name is known without asking for what is stored: its definition matches no other. */
export interface KnownSeries {
  readonly name: string
  readonly definition: Definition
}

/** The names that definitions match without a `*`, each once, in their order: the first definition decides. */
export function knownSeries(definitions: readonly Definition[]): KnownSeries[] {
  const known = new Map<string, KnownSeries>()
  for (const definition of definitions) {
    for (const name of definition.match) {
      if (!name.includes('*') && !known.has(name)) known.set(name, { name, definition })
    }
  }
  return [...known.values()]
}
