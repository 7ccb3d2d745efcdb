import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { KairosError } from 'kairos/client'
import { DefinitionsDocument, type DefinitionsQuery } from 'kairos/client/documents'
import type { Definition } from './definition.ts'
import type { Server } from './server.ts'
import { settle } from './settle.ts'

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
  /** why the last question has no answer; it is asked again by itself */
  readonly error: ReadonlySignal<KairosError | null>
  close(): void
}

/** Milliseconds after a refusal before they are asked for again. */
const retryAfter = 5_000

/** What the server is configured to keep, asked anew whenever it is reached again: it may have been restarted. */
export function loadDefinitions(server: Server): Definitions {
  const all = signal<DefinitionsQuery['definitions'] | null>(null)
  const error = signal<KairosError | null>(null)
  const attempt = signal(0)
  const reached = computed(() => server.state.value.kind === 'live')
  const close = effect(() => {
    attempt.value
    if (!reached.value) return
    let retry: ReturnType<typeof setTimeout> | undefined
    const forget = settle(
      server.connection.value.request(DefinitionsDocument, {}),
      ({ definitions }) => {
        all.value = definitions
        error.value = null
      },
      (refusal) => {
        error.value = refusal
        retry = setTimeout(() => {
          attempt.value += 1
        }, retryAfter)
      },
    )
    return () => {
      forget()
      clearTimeout(retry)
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
