import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { KairosError } from 'kairos/client'
import { CataloguePageDocument } from 'kairos/client/documents'
import type { KnownSeries } from '../server/definitions.ts'
import { errorFrom } from '../server/error-from.ts'
import type { Server } from '../server/server.ts'
import { secondsOf } from '../server/step.ts'
import { type Row, rowsOf, type Stored } from './rows.ts'

/** The stored series that a text finds, as far as they have been asked for. */
export interface Catalogue {
  /** what names contain; empty for all */
  readonly search: Signal<string>
  /** null before the first answer */
  readonly rows: ReadonlySignal<readonly Row[] | null>
  /** whether there are more behind them */
  readonly more: ReadonlySignal<boolean>
  /** why the last question has no answer; null where it has one, or is open, or where nothing is answered since the connection is closed */
  readonly error: ReadonlySignal<KairosError | null>
  /** Asks for the next page. */
  loadMore(): void
  /** Asks anew for what is there. */
  refresh(): void
  close(): void
}

const page = 100
/** Milliseconds before what is there is asked for anew, for each page of it: to list a series costs the server some reads. */
const refreshEvery = 10_000
/** Milliseconds for which nothing is typed before the server is asked. */
const typing = 150

/** `known` are listed though nothing may be stored under their names yet. */
export function openCatalogue(
  server: Server,
  known: ReadonlySignal<readonly KnownSeries[] | null>,
): Catalogue {
  const search = signal('')
  /** with the text that found them */
  const stored = signal<(Stored & { readonly search: string }) | null>(null)
  const error = signal<KairosError | null>(null)
  /** what is asked is of no interest any more once something else is */
  let asked = 0
  let again: ReturnType<typeof setTimeout> | undefined

  const ask = async (count: number, begun: Stored = { rows: [], next: null }) => {
    clearTimeout(again)
    asked += 1
    const question = asked
    const text = search.peek()
    const connection = server.connection.peek()
    let { rows, next } = begun
    try {
      do {
        const answer = await connection.request(CataloguePageDocument, {
          search: text,
          first: page,
          after: next,
        })
        if (question !== asked) return
        const { edges, pageInfo } = answer.catalogue ?? nothing
        rows = [...rows, ...edges.map(({ node }) => rowOf(node))]
        next = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null
      } while (next !== null && rows.length < count)
      stored.value = { rows, next, search: text }
      error.value = null
    } catch (cause) {
      if (question === asked) error.value = errorFrom(cause)
    }
    if (question === asked) askAgain()
  }
  const refresh = () => void ask(Math.max(page, stored.peek()?.rows.length ?? 0))
  const askAgain = () => {
    clearTimeout(again)
    const pages = Math.max(1, Math.ceil((stored.peek()?.rows.length ?? 0) / page))
    again = setTimeout(() => {
      if (document.visibilityState === 'visible') refresh()
      else askAgain()
    }, pages * refreshEvery)
  }

  const stopAsking = effect(() => {
    search.value
    server.connection.value
    const timer = setTimeout(() => void ask(page), stored.peek() === null ? 0 : typing)
    return () => clearTimeout(timer)
  })

  return {
    search,
    rows: computed(() => {
      if (stored.value === null) return null
      return rowsOf(stored.value, (known.value ?? []).map(unstored), stored.value.search)
    }),
    more: computed(() => stored.value?.next != null),
    error: computed(() => (server.state.value.kind === 'closed' ? null : error.value)),
    loadMore: () => {
      const begun = stored.peek()
      if (begun?.next != null) void ask(begun.rows.length + page, begun)
    },
    refresh,
    close: () => {
      asked += 1
      stopAsking()
      clearTimeout(again)
    },
  }
}

const nothing = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } }

interface Node {
  readonly name: string
  readonly definition: Pick<Row, 'type' | 'valueType'>
  /** the finest interval first */
  readonly extents: readonly { readonly interval: { readonly step: string }; readonly last: number }[]
}

function rowOf({ name, definition: { type, valueType }, extents }: Node): Row {
  const [finest] = extents
  return {
    name,
    type,
    valueType,
    age: finest ? Date.now() / 1000 - finest.last - secondsOf(finest.interval.step) : null,
  }
}

function unstored({ name, definition: { type, valueType } }: KnownSeries): Row {
  return { name, type, valueType, age: null }
}
