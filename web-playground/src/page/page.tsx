import { useComputed, useSignal } from '@preact/signals'
import { useCallback, useEffect, useRef } from 'preact/hooks'
import { CatalogueList } from '../catalogue/catalogue-list.tsx'
import { Dashboard } from '../dashboard/dashboard.tsx'
import { InsertPanel } from '../insert/insert-panel.tsx'
import {
  isOf,
  isShown,
  mostCharts,
  titleOf,
  withChart,
  withLarge,
  withoutCharts,
  withRange,
} from '../view/view.ts'
import type { App } from './app.ts'
import { Header } from './header.tsx'
import { listenForKeys } from './keys.ts'
import { TokenForm } from './token-form.tsx'

/** All that is seen. */
export function Page({ app }: { readonly app: App }) {
  const { server, definitions, catalogue, navigation, charts, range, cursor, status } = app
  const searchBox = useRef<HTMLInputElement>(null)
  const insertButton = useRef<HTMLButtonElement>(null)
  /** the name that the form begins with; null while it is closed */
  const inserting = useSignal<string | null>(null)
  const view = navigation.view.value
  const state = server.state.value

  const closeInsert = useCallback(() => {
    inserting.value = null
    insertButton.current?.focus()
  }, [inserting])
  useEffect(
    () =>
      listenForKeys({
        '/': () => searchBox.current?.focus(),
        i: () => {
          inserting.value ??= ''
        },
        Escape: () => {
          const { value } = navigation.view
          if (document.activeElement?.closest('.insert-panel')) closeInsert()
          else if (value.range) navigation.go(withRange(value, null))
          else if (value.large !== undefined) navigation.go(withLarge(value, null))
          else if (inserting.value !== null) closeInsert()
        },
      }),
    [navigation, inserting, closeInsert],
  )
  useEffect(() => {
    const chart = view.charts[view.large ?? (view.charts.length === 1 ? 0 : -1)]
    document.title = chart ? `${titleOf(chart)} · Kairos` : 'Kairos'
  }, [view])

  const show = (name: string, shown: boolean) => {
    const { value } = navigation.view
    if (!shown) navigation.go(withoutCharts(value, (chart) => isOf(chart, name)))
    else if (!isShown(value, name) && value.charts.length < mostCharts)
      navigation.go(withLarge(withChart(value, { names: [name] }), null))
  }
  const names = useComputed(() => (catalogue.rows.value ?? []).map(({ name }) => name))
  /** Whoever writes to a series wants to see it. */
  const inserted = ([name = '']: readonly string[]) => {
    catalogue.refresh()
    const { charts } = navigation.view.value
    if (!charts.some((chart) => chart.names.includes(name))) show(name, true)
  }
  const isClosed = state.kind === 'closed' && state.error !== null

  return (
    <>
      <a class="skip" href="#charts">
        Skip to the charts
      </a>
      <Header
        status={status}
        range={range.value}
        inserting={inserting.value !== null}
        backToLive={() => navigation.go(withRange(view, null))}
        insertButton={insertButton}
        toggleInsert={() => {
          if (inserting.value !== null) closeInsert()
          else inserting.value = ''
        }}
      />
      <div class={inserting.value === null ? 'body' : 'body inserting'}>
        <CatalogueList catalogue={catalogue} view={view} searchBox={searchBox} show={show} />
        <main id="charts" tabIndex={-1}>
          <h1>Charts</h1>
          {isClosed && <TokenForm server={server} error={state.error} />}
          {!isClosed && view.charts.length === 0 && <p class="alone">{absence(app)}</p>}
          <Dashboard
            server={server}
            definitions={definitions}
            navigation={navigation}
            charts={charts}
            range={range}
            cursor={cursor}
            insert={(name) => {
              inserting.value = name
            }}
          />
        </main>
        {inserting.value !== null && (
          <InsertPanel
            connection={server.connection.value}
            definitions={definitions.all.value}
            name={inserting.value}
            suggestions={names.value}
            authorized={server.authorized.value}
            inserted={inserted}
            close={closeInsert}
          />
        )}
      </div>
    </>
  )
}

/** Why there is no chart. */
function absence({ server, definitions, catalogue, navigation }: App): string {
  if (navigation.chosen.value) return 'Tick a series in the list to see it here.'
  const error = definitions.error.value ?? catalogue.error.value
  if (server.state.value.kind === 'live' && error) return `${error.message} (${error.code})`
  if (!catalogue.rows.value) return 'Waiting for the server'
  return 'Nothing is stored yet. Insert a value, and its chart appears here.'
}
