import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { KairosError } from 'kairos/client'
import { DefinitionsDocument, type DefinitionsQuery } from 'kairos/client/documents'
import type { Definition } from './definition.ts'
import { errorFrom } from './error-from.ts'
import type { Server } from './server.ts'

/** A series whose name is known without asking for what is stored: its definition matches no other. */
export interface KnownSeries {
  readonly name: string
  readonly definition: Definition
}

export interface Definitions {
  /** in matching order; null before the first answer */
  readonly all: ReadonlySignal<DefinitionsQuery['definitions'] | null>
  /** the series whose names they tell; null before the first answer */
  readonly known: ReadonlySignal<readonly KnownSeries[] | null>
  readonly error: ReadonlySignal<KairosError | null>
  close(): void
}

/** What the server is configured to keep, asked anew whenever it is reached again: it may have been restarted. */
export function loadDefinitions(server: Server): Definitions {
  const all = signal<DefinitionsQuery['definitions'] | null>(null)
  const error = signal<KairosError | null>(null)
  const close = effect(() => {
    const connection = server.connection.value
    if (server.state.value.kind !== 'live') return
    let wanted = true
    connection.request(DefinitionsDocument, {}).then(
      ({ definitions }) => {
        if (!wanted) return
        all.value = definitions
        error.value = null
      },
      (cause: unknown) => {
        if (wanted) error.value = errorFrom(cause)
      },
    )
    return () => {
      wanted = false
    }
  })
  return { all, known: computed(() => all.value && knownSeries(all.value)), error, close }
}

/** The names that definitions match without a `*`, each once, in their order: the first definition decides. */
export function knownSeries(definitions: DefinitionsQuery['definitions']): KnownSeries[] {
  const known = new Map<string, KnownSeries>()
  for (const definition of definitions) {
    for (const name of definition.match) {
      if (!name.includes('*') && !known.has(name)) known.set(name, { name, definition })
    }
  }
  return [...known.values()]
}
