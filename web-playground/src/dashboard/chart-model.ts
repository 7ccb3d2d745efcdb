import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals'
import { type Columns, KairosError, type ReadOptions, type WatchOptions } from 'kairos/client'
import { type Definition, readDefinition } from '../server/definition.ts'
import { distinct } from '../server/distinct.ts'
import { type ChartWatch, isFilled, readChart, type Series, watchChart } from '../server/series.ts'
import type { Server } from '../server/server.ts'
import { settle } from '../server/settle.ts'
import type { ChartView, Range } from '../view/view.ts'
import { type Condition, conditionOf, isSameCondition } from './condition.ts'
import { isSameShown, type Shown, shownOf } from './shown.ts'

/** One chart, without its looks. */
export interface ChartModel {
  /** of the first of its series; null until it is known, and where there is none */
  readonly definition: ReadonlySignal<Definition | null>
  /** null where the definition is */
  readonly shown: ReadonlySignal<Shown | null>
  /** what is drawn, be it live or past; null where nothing is known */
  readonly series: ReadonlySignal<Series | null>
  readonly condition: ReadonlySignal<Condition>
  /** what feeds the chart; null while nothing does */
  readonly operation: ReadonlySignal<ChartOperation | null>
  /** Asks anew for all of it. */
  retry(): void
  close(): void
}

export type ChartOperation =
  | { readonly live: WatchOptions<Columns> }
  | { readonly past: ReadOptions<Columns> }

/** `range` is a part of the past, null for what is live. */
export function createChartModel(
  server: Server,
  view: ReadonlySignal<ChartView>,
  range: ReadonlySignal<Range | null>,
): ChartModel {
  const attempt = signal(0)
  const found = signal<Found | null>(null)
  const watch = signal<ChartWatch | null>(null)
  const past = signal<Past | null>(null)

  const reached = computed(() => server.state.value.kind === 'live')
  const name = computed(() => view.value.names[0] ?? '')
  /** of this name, not of the one before it */
  const rule = computed(() => (found.value?.name === name.value ? found.value : null))
  const definition = distinct(() => rule.value?.definition ?? null, isSameDefinition)
  const shown = distinct(
    () => definition.value && shownOf(view.value, definition.value),
    (a, b) => a === b || (a !== null && b !== null && isSameShown(a, b)),
  )
  const live = computed(() => watch.value?.series.value ?? null)
  /** of what is shown now, not of something before */
  const read = computed(() => (past.value?.shown === shown.value && range.value ? past.value : null))
  const history = computed(() => {
    if (!range.value) return 'none'
    return read.value?.range === range.value && read.value.answer ? 'read' : 'awaited'
  })
  const series = computed<Series | null>(() => read.value?.answer?.series ?? live.value)

  const stops = [
    // Asked whenever the server is reached: it may have been restarted with another configuration.
    effect(() => {
      attempt.value
      if (!reached.value) return
      const asked = name.value
      return settle(
        readDefinition(server.connection.value, asked),
        (answer) => {
          found.value = { name: asked, definition: answer, error: answer ? null : unknownSeries(asked) }
        },
        (error) => {
          found.value = { name: asked, definition: definition.peek(), error }
        },
      )
    }),
    effect(() => {
      attempt.value
      const [asked, connection] = [shown.value, server.connection.value]
      if (!asked) return
      const begun = untracked(() => watchChart(connection, asked))
      watch.value = begun
      return () => {
        begun.close()
        watch.value = null
      }
    }),
    effect(() => {
      attempt.value
      const [asked, span, connection] = [shown.value, range.value, server.connection.value]
      if (!asked || !span) return
      return settle(
        readChart(connection, asked, span),
        (answer) => {
          past.value = { shown: asked, range: span, answer, error: null }
        },
        (error) => {
          past.value = { shown: asked, range: span, answer: null, error }
        },
      )
    }),
  ]

  return {
    definition,
    shown,
    series,
    condition: distinct(
      () =>
        conditionOf({
          connection: server.state.value,
          refusal: rule.value?.error ?? read.value?.error ?? null,
          live: live.value,
          history: history.value,
          filled: series.value !== null && isFilled(series.value),
        }),
      isSameCondition,
    ),
    operation: computed(() => {
      if (range.value) return read.value?.answer ? { past: read.value.answer.options } : null
      const options = watch.value?.options.value
      return options ? { live: options } : null
    }),
    retry: () => {
      attempt.value += 1
    },
    close: () => {
      for (const stop of stops) stop()
    },
  }
}

/** The rule over a name, or why there is none; both where it is known from before. */
interface Found {
  readonly name: string
  readonly definition: Definition | null
  readonly error: KairosError | null
}

/** What was read, and for what. */
interface Past {
  readonly shown: Shown
  readonly range: Range
  readonly answer: Awaited<ReturnType<typeof readChart>> | null
  readonly error: KairosError | null
}

function unknownSeries(name: string): KairosError {
  return new KairosError('UNKNOWN_SERIES', `no definition matches the name "${name}"`)
}

/** Definitions are data: answers that say the same are the same. */
function isSameDefinition(a: Definition | null, b: Definition | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
