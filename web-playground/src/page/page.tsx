import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Connection } from '../live/connection.ts'
import type { Definitions } from '../live/definitions.ts'
import { addressOf, readAddress } from './address.ts'
import mark from './mark.svg'
import { SeriesList } from './series-list.tsx'
import { SeriesPanel } from './series-panel.tsx'

/** Shown first where the address names no series: it moves on every machine. */
const preferred = 'monitor.machine.cpu'

interface Props {
  readonly connection: Connection
  readonly definitions: Definitions
}

export function Page({ connection, definitions }: Props) {
  const view = useSignal(readAddress(location.search))
  useEffect(() => {
    const back = () => {
      view.value = readAddress(location.search)
    }
    addEventListener('popstate', back)
    return () => removeEventListener('popstate', back)
  }, [view])
  const go = (series: string, interval?: string) => {
    view.value = { series, interval }
    history.pushState(null, '', addressOf(view.value))
  }

  const all = definitions.series.value
  const series =
    all?.find(({ name }) => name === view.value.series) ??
    all?.find(({ name }) => name === preferred) ??
    all?.[0]
  const intervals = series?.definition.intervals
  const interval = intervals?.find(({ name }) => name === view.value.interval)?.name ?? intervals?.[0]?.name

  useEffect(() => {
    document.title = series ? `${series.name} · Kairos` : 'Kairos'
  }, [series])

  return (
    <>
      <header class="top">
        <a class="brand" href="./">
          <img src={mark} alt="" width="22" height="22" />
          Kairos
        </a>
        <a class="button" href="/graphql">
          GraphiQL
        </a>
      </header>
      {series && interval ? (
        <div class="body">
          <SeriesList
            series={all ?? []}
            chosen={series.name}
            choose={(name) => go(name, view.value.interval)}
          />
          <SeriesPanel
            key={series.name}
            connection={connection}
            series={series}
            interval={interval}
            chooseInterval={(interval) => go(series.name, interval)}
          />
        </div>
      ) : (
        <main class="alone">
          <p>{absence(connection, definitions)}</p>
        </main>
      )}
    </>
  )
}

/** Why there is no series to show. */
function absence({ state }: Connection, { series, fault }: Definitions): string {
  if (state.value.kind === 'closed') return `${state.value.reason} Reload to try again.`
  if (fault.value) return fault.value.message
  if (!series.value) return 'Waiting for the server'
  return 'Every definition of this server is a pattern, and the list of stored names is not here yet. Ask for a series by its name in GraphiQL.'
}
