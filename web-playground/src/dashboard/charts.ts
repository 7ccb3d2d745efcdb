import { effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals'
import type { Server } from '../server/server.ts'
import type { ChartView, Range } from '../view/view.ts'
import { type ChartModel, createChartModel } from './chart-model.ts'

/** A chart of the page, for as long as it is there. */
export interface ChartEntry {
  readonly id: number
  readonly view: ReadonlySignal<ChartView>
  readonly model: ChartModel
}

/** The charts of a view, in its order. Whichever stays, however it is shown now, is the same entry. */
export function openCharts(
  server: Server,
  views: ReadonlySignal<readonly ChartView[]>,
  range: ReadonlySignal<Range | null>,
): { readonly entries: ReadonlySignal<readonly ChartEntry[]>; close(): void } {
  type Open = ChartEntry & { readonly view: Signal<ChartView> }
  const entries = signal<readonly Open[]>([])
  let opened = 0

  const open = (chart: ChartView): Open => {
    const view = signal(chart)
    opened += 1
    return { id: opened, view, model: createChartModel(server, view, range) }
  }
  const follow = (charts: readonly ChartView[]) => {
    const before = entries.value
    const kept = whoStays(
      before.map(({ view }) => view.value),
      charts,
    ).map((index) => before[index])
    entries.value = charts.map((chart, index) => {
      const entry = kept[index]
      if (!entry) return open(chart)
      entry.view.value = chart
      return entry
    })
    for (const entry of before) if (!kept.includes(entry)) entry.model.close()
  }
  const stop = effect(() => {
    const charts = views.value
    untracked(() => follow(charts))
  })

  return {
    entries,
    close: () => {
      stop()
      for (const { model } of entries.peek()) model.close()
    },
  }
}

/**
 * For each chart that is shown now which one it was before, by index; -1 where it is new. It is the one of the same series, the
 * first where there are several; else, where as many are shown as before, the one in its place: it has been joined or taken apart.
 */
export function whoStays(before: readonly ChartView[], now: readonly ChartView[]): number[] {
  const free = new Set(before.keys())
  const take = (index: number) => (free.delete(index) ? index : -1)
  const same = now.map(({ names }) =>
    take([...free].find((index) => isSameNames(before[index]?.names ?? [], names)) ?? -1),
  )
  if (now.length !== before.length) return same
  return same.map((index, place) => (index === -1 ? take(place) : index))
}

function isSameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index])
}
