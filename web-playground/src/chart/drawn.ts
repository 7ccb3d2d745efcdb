import type { Columns, SeriesData, Value } from 'kairos/client'
import { barsPainter } from './bars.ts'
import type { Painter } from './canvas.ts'
import { type Drawing, numbersOf } from './drawing.ts'
import { heatMapPainter } from './heat-map.ts'
import { pointsPainter } from './points.ts'
import type { Raster } from './raster.ts'
import { runsOf, wordsPainter } from './words.ts'

type Series = SeriesData<Columns>
type Numbers = readonly (number | null)[]

export interface Extent {
  readonly low: number
  readonly high: number
}

/** A series made ready for one drawing. */
export interface Drawn {
  /** the starts of its buckets, and at last the end of the newest */
  readonly edges: number[]
  /** of each line of the drawing, a number an edge */
  readonly lines: (number | null)[][]
  /** drawn values are so many times smaller than those that are told: 1, but for very large and very small ones */
  readonly magnitude: number
  /** of all that is drawn; null where nothing is */
  readonly extent: Extent | null
  /** what lines cannot show, below them */
  readonly painter: Painter | null
}

/** `open` is the index of the bucket that still grows, -1 if none does; `raster` the chart's own. */
export function drawnOf(series: Series, drawing: Drawing, open: number, raster: Raster): Drawn {
  const { timestamps, end, grid } = series
  const edges = timestamps.length > 0 ? [...timestamps, end] : []
  const lines = drawing.lines.map((line) => numbersOf(series, line))
  const values = drawing.shape === 'points' ? (series.values ?? []).map(numbersAmong) : []
  const whole = extentOf([...lines, ...values, gridEdges(drawing.shape === 'heat map' ? grid : null)])
  const magnitude = magnitudeOf(whole)
  const scaled = (value: number) => value / magnitude
  const scaledAll = <T>(list: readonly T[], scale: (value: T) => T) =>
    magnitude === 1 ? list : list.map(scale)
  const drawn = lines.map((line) =>
    scaledAll<number | null>(line, (value) => (value === null ? null : scaled(value))),
  )
  return {
    edges,
    // A step lasts until its bucket ends; a line has no number there.
    lines: drawn.map((line) =>
      edges.length > 0 ? [...line, stepped(drawing) ? (line.at(-1) ?? null) : null] : [],
    ),
    magnitude,
    extent: whole && { low: scaled(whole.low), high: scaled(whole.high) },
    painter: painterOf(),
  }

  function painterOf(): Painter | null {
    switch (drawing.shape) {
      case 'bars':
        return barsPainter({ edges, values: drawn[0] ?? [], open })
      case 'points':
        return pointsPainter(
          timestamps,
          values.map((each) => scaledAll(each, scaled)),
          raster,
        )
      case 'heat map':
        return grid && heatMapPainter(edges, grid, scaled, raster)
      case 'words':
        return wordsPainter(runsOf(edges, series.value ?? []))
      case 'line':
      case 'steps':
        return null
    }
  }
}

/** A mean over cells is as wide as they are. */
export function stepped({ shape }: Drawing): boolean {
  return shape === 'steps' || shape === 'heat map'
}

function numbersAmong(values: readonly Value[]): readonly number[] {
  return values.filter((value) => typeof value === 'number')
}

function gridEdges(grid: Series['grid']): Numbers {
  const bins = grid?.counts.reduce((most, row) => Math.max(most, row.length), 0)
  return grid && bins ? [grid.from, Math.min(Number.MAX_VALUE, grid.from + bins * grid.width)] : []
}

function extentOf(lists: readonly Numbers[]): Extent | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const list of lists) {
    for (const value of list) {
      if (value === null) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return low <= high ? { low, high } : null
}

/** Where a chart's arithmetic, and its labels', would overflow or lose what is drawn: a power of ten. */
function magnitudeOf(extent: Extent | null): number {
  const most = extent ? Math.max(Math.abs(extent.low), Math.abs(extent.high)) : 0
  return most === 0 || (most >= 1e-6 && most <= 1e14) ? 1 : 10 ** Math.floor(Math.log10(most))
}
