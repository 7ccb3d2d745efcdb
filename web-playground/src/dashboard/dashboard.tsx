import type { ReadonlySignal, Signal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Definitions } from '../server/definitions.ts'
import type { Server } from '../server/server.ts'
import type { Navigation } from '../view/navigation.ts'
import { mostCharts, type Range, withChanged, withLarge, withoutCharts, withRange } from '../view/view.ts'
import { ChartCard } from './chart-card.tsx'
import type { ChartEntry } from './charts.ts'
import './dashboard.css'

interface Props {
  readonly server: Server
  readonly definitions: Definitions
  readonly navigation: Navigation
  readonly charts: ReadonlySignal<readonly ChartEntry[]>
  readonly range: ReadonlySignal<Range | null>
  readonly cursor: Signal<number | null>
  insert(name: string): void
}

/** The charts in their order, or the one that fills the page. */
export function Dashboard({ server, definitions, navigation, charts, range, cursor, insert }: Props) {
  const view = navigation.view.value
  const entries = charts.value
  const leftOut = navigation.leftOut.value
  const element = useRef<HTMLDivElement>(null)
  useFocusKept(element, entries)

  return (
    <div class="dashboard" ref={element}>
      {leftOut > 0 && (
        <p class="left-out">
          The address names {mostCharts + leftOut} charts; a page shows the first {mostCharts}.
        </p>
      )}
      {entries.map((chart, index) => (
        <ChartCard
          key={chart.id}
          chart={chart}
          server={server}
          definitions={definitions}
          range={range}
          cursor={cursor}
          size={view.large === undefined ? 'small' : view.large === index ? 'large' : 'hidden'}
          change={(changed) => navigation.go(withChanged(view, index, changed), { replacing: true })}
          zoom={(range) => navigation.go(withRange(view, range))}
          enlarge={(large) => navigation.go(withLarge(view, large ? index : null))}
          remove={() => navigation.go(withoutCharts(view, (each) => each === view.charts[index]))}
          insert={insert}
        />
      ))}
    </div>
  )
}

/** Whoever removes a chart goes on at the one that takes its place; one that comes is brought into sight. */
function useFocusKept(
  { current }: { readonly current: HTMLElement | null },
  entries: readonly ChartEntry[],
): void {
  const before = useRef<readonly ChartEntry[]>([])
  useLayoutEffect(() => {
    const [were, are] = [before.current, entries]
    before.current = entries
    const cards = current?.querySelectorAll<HTMLElement>('article') ?? []
    const came = are.findIndex((entry) => !were.includes(entry))
    const gone = were.findIndex((entry) => !are.includes(entry))
    if (came !== -1 && were.length > 0) cards[came]?.scrollIntoView({ block: 'nearest' })
    if (gone !== -1 && document.activeElement === document.body)
      cards[Math.min(gone, cards.length - 1)]?.focus()
  }, [current, entries])
}
