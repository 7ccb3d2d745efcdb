import { type ReadonlySignal, signal } from '@preact/signals'
import type {
  Columns,
  Connection,
  ReadOptions,
  SeriesData,
  SeriesState,
  SeriesWatch,
  WatchOptions,
} from 'kairos/client'
import type { Drawing } from '../chart/drawing.ts'
import type { Range } from '../view/view.ts'

export type Series = SeriesData<Columns>
export type LiveSeries = SeriesState<Columns>

/** Of which nothing is known yet. */
export const nothing: Series = {
  names: [],
  type: null,
  unit: null,
  interval: null,
  folded: 1,
  timestamps: [],
  end: 0,
  columns: {},
  value: null,
  values: null,
  entries: null,
  members: null,
  grid: null,
}

/** What a chart asks for. */
export interface Asked {
  /** several are joined */
  readonly names: readonly string[]
  readonly interval: string
  readonly steps?: number
  readonly condensed: boolean
  readonly drawing: Drawing
}

/** A chart that stays current. */
export interface ChartWatch {
  /** null before anything is known */
  readonly series: ReadonlySignal<LiveSeries | null>
  /** what is subscribed to, to be shown; null while a heat map's bins are not settled */
  readonly options: ReadonlySignal<WatchOptions<Columns> | null>
  close(): void
}

/** Follows what a chart shows. Bins of a heat map are as wide as the server chooses for what is there. */
export function watchChart(connection: Connection, asked: Asked): ChartWatch {
  const series = signal<LiveSeries | null>(null)
  const options = signal<WatchOptions<Columns> | null>(null)
  let end = () => {}

  const follow = (width: number | null) => {
    const followed = { ...watchOptions(asked), ...(width !== null && { grid: width }) }
    const watch: SeriesWatch<Columns> = connection.watchSeries(followed)
    const show = (state: LiveSeries) => {
      bins?.look(state)
      // What was shown with other bins stays until there is something in its place.
      if (state.asOf !== null || state.error !== null || series.value === null) series.value = state
    }
    end()
    const unlisten = watch.onChange(show)
    end = () => {
      unlisten()
      watch.close()
    }
    options.value = followed
    show(watch.state)
  }
  const bins = asked.drawing.selection.grid ? settleBins(connection, asked, follow) : null
  if (!bins) follow(null)

  return {
    series,
    options,
    close: () => {
      bins?.close()
      end()
    },
  }
}

/** Reads what a chart shows of the past, from the finest interval that reaches back so far. Rejects with KairosError. */
export async function readChart(
  connection: Connection,
  asked: Asked,
  range: Range,
): Promise<{ readonly series: Series; readonly options: ReadOptions<Columns> }> {
  const options = {
    ...selectionOf(asked),
    start: range.from,
    end: range.to,
    maxPoints,
    ...(asked.drawing.selection.grid && { grid: true as const }),
  }
  return { series: await connection.readSeries(options), options }
}

/** Buckets of the past at most: a few pixels each. */
const maxPoints = 600

/** Whether anything was recorded in it. */
export function isFilled({ columns: { count = [] } }: Series): boolean {
  return count.some((each) => each !== null && each > 0)
}

/** Bins too few to be looked at, where narrower ones may be had. */
const fewBins = 8
/** Milliseconds between two looks for better bins; the first, while nothing is there to be spread, follow sooner. */
const settleEvery = 30_000
const settleSoon = 1_000

/**
 * Finds how wide the bins of a heat map are, and tells `follow`: null where there is nothing to spread yet. Found anew
 * when a state that is looked at has too many bins for the server, too few for the eye, or the first value.
 */
function settleBins(
  connection: Connection,
  asked: Asked,
  follow: (width: number | null) => void,
): { look(state: LiveSeries): void; close(): void } {
  let width: number | null | undefined
  /** whether the watch with these bins has ended */
  let over = false
  let asking = false
  /** when it was last found, by a clock that does not jump */
  let settled = 0
  let pause = settleSoon
  let next: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const settle = async () => {
    asking = true
    let found: number | null = null
    try {
      const { grid } = await connection.readSeries({ ...watchOptions(asked), grid: true })
      if (grid?.counts.some((bins) => bins.length > 0)) found = grid.width
      pause = found === null ? settleSoon : settleEvery
    } catch {
      // What is refused is refused to the watch, too, which says so.
      pause = settleEvery
    }
    asking = false
    settled = performance.now()
    if (closed || (found === width && !over)) return
    width = found
    over = false
    follow(width)
  }
  void settle()

  return {
    look: (state) => {
      const refused = width != null && state.error?.code === 'BAD_USER_INPUT'
      const first = width === null && state.live && isFilled(state)
      const few = state.live && state.grid?.counts.every((bins) => bins.length < fewBins)
      over ||= refused
      if (asking || (!refused && !first && !few)) return
      clearTimeout(next)
      next = setTimeout(settle, settled + (over ? settleSoon : pause) - performance.now())
    },
    close: () => {
      closed = true
      clearTimeout(next)
    },
  }
}

function watchOptions(asked: Asked): WatchOptions<Columns> {
  const { interval, steps, condensed } = asked
  return {
    ...selectionOf(asked),
    interval,
    ...(steps !== undefined && { steps }),
    ...(condensed && { condensed }),
  }
}

/** What the drawing shows, and how many values there are, which tells what is empty. */
function selectionOf({ names, drawing: { selection } }: Asked) {
  const { grid: _, columns, ...kept } = selection
  const [first = '', ...others] = names
  return {
    name: others.length > 0 ? names : first,
    ...kept,
    ...(columns && { columns: { ...columns, count: 'COUNT' as const } }),
  }
}
