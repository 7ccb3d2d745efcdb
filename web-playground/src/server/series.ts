import { type ReadonlySignal, signal } from '@preact/signals'
import type {
  Columns,
  Connection,
  KairosError,
  ReadOptions,
  SeriesData,
  SeriesState,
  SeriesWatch,
  WatchOptions,
} from 'kairos/client'
import type { Drawing } from '../chart/drawing.ts'
import type { Range } from '../view/view.ts'
import { errorFrom } from './error-from.ts'

export type Series = SeriesData<Columns>
export type LiveSeries = SeriesState<Columns>

/** What a chart asks for. */
export interface Asked {
  /** several are joined */
  readonly names: readonly string[]
  readonly interval: string
  readonly steps?: number
  readonly condensed: boolean
  readonly drawing: Drawing
}

export interface WatchedChart {
  /** null before anything is known */
  readonly series: ReadonlySignal<LiveSeries | null>
  /** what is subscribed to, to be shown; null until a heat map's bins are settled */
  readonly options: ReadonlySignal<WatchOptions<Columns> | null>
  close(): void
}

/** Bins of a heat map that are too few to be worth looking at, where narrower ones are to be had. */
const fewBins = 10
/** Milliseconds after which bins that are too few are settled anew. */
const resettleAfter = 30_000

/**
 * Follows what a chart shows. The bins of a heat map are as wide as the server chooses for what is there, and are settled anew
 * when they have become too many, or too few.
 */
export function watchChart(connection: Connection, asked: Asked): WatchedChart {
  const series = signal<LiveSeries | null>(null)
  const options = signal<WatchOptions<Columns> | null>(null)
  const live = liveOptions(asked)
  let watch: SeriesWatch<Columns> | null = null
  let unlisten = () => {}
  let settledAt = 0
  let closed = false

  const follow = (width: number | null) => {
    const wanted = { ...live, ...(width !== null && { grid: width }) }
    const next = connection.watchSeries(wanted)
    const show = (state: LiveSeries) => {
      // What is held goes on being shown until there is something in its place.
      if (series.value?.asOf != null && state.asOf === null && state.error === null) return
      series.value = state
      if (asked.drawing.selection.grid) settleAgain(state, width)
    }
    unlisten()
    watch?.close()
    watch = next
    options.value = wanted
    unlisten = next.onChange(show)
    show(next.state)
  }

  const settle = async () => {
    settledAt = Date.now()
    const refused = (error: KairosError) => {
      series.value = { ...(series.value ?? connection.watchSeries(live).state), live: false, error }
    }
    try {
      const { grid } = await connection.readSeries({ ...live, grid: true })
      if (!closed) follow(grid && grid.counts.some((bins) => bins.length > 0) ? grid.width : null)
    } catch (cause) {
      if (!closed) refused(errorFrom(cause))
    }
  }

  const settleAgain = (state: LiveSeries, width: number | null) => {
    const bins = state.grid?.counts[0]?.length ?? 0
    const since = Date.now() - settledAt
    const tooMany = state.error?.code === 'BAD_USER_INPUT' && width !== null && since > 1_000
    const first = width === null && state.live && isFilled(state)
    const tooFew = width !== null && bins < fewBins && since > resettleAfter
    if (first || tooMany || tooFew) void settle()
  }

  if (asked.drawing.selection.grid) void settle()
  else follow(null)
  return {
    series,
    options,
    close: () => {
      closed = true
      unlisten()
      watch?.close()
    },
  }
}
