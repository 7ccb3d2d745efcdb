import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { type Catalogue, openCatalogue } from '../catalogue/catalogue.ts'
import { type ChartEntry, openCharts } from '../dashboard/charts.ts'
import { type Definitions, loadDefinitions } from '../server/definitions.ts'
import { distinct } from '../server/distinct.ts'
import { reachServer, type Server } from '../server/server.ts'
import { sameRange } from '../view/address.ts'
import { chooseCharts } from '../view/choice.ts'
import { type Navigation, navigate } from '../view/navigation.ts'
import type { ChartView, Range } from '../view/view.ts'
import { type Status, statusOf } from './status.ts'

/** Everything behind the page. It lives as long as the page does. */
export interface App {
  readonly server: Server
  readonly definitions: Definitions
  readonly catalogue: Catalogue
  readonly navigation: Navigation
  readonly charts: ReadonlySignal<readonly ChartEntry[]>
  /** a part of the past; null: live */
  readonly range: ReadonlySignal<Range | null>
  /** Unix seconds under the pointer, for all charts */
  readonly cursor: Signal<number | null>
  readonly status: ReadonlySignal<Status>
}

export function startApp(): App {
  const server = reachServer()
  const definitions = loadDefinitions(server)
  const catalogue = openCatalogue(server, definitions.known)
  const navigation = navigate(firstChoice(definitions, catalogue))
  const range = distinct(
    () => navigation.view.value.range ?? null,
    (a, b) => sameRange(a ?? undefined, b ?? undefined),
  )
  const { entries } = openCharts(
    server,
    computed(() => navigation.view.value.charts),
    range,
  )
  return {
    server,
    definitions,
    catalogue,
    navigation,
    charts: entries,
    range,
    cursor: signal<number | null>(null),
    status: distinct(
      () =>
        statusOf(
          server.state.value,
          entries.value.map(({ model }) => model.condition.value),
        ),
      (a, b) => a.text === b.text,
    ),
  }
}

/** What is shown where the address does not say: chosen once there is something, the server's own series before others. */
function firstChoice({ known }: Definitions, { rows }: Catalogue): ReadonlySignal<readonly ChartView[]> {
  let choice: readonly ChartView[] = []
  return computed(() => {
    if (choice.length > 0 || !known.value || !rows.value) return choice
    const own = known.value.map(({ name, definition: { type } }) => ({ name, type }))
    const names = new Set(own.map(({ name }) => name))
    choice = chooseCharts([...own, ...rows.value.filter(({ name }) => !names.has(name))])
    return choice
  })
}
