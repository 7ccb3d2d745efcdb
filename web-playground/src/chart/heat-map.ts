import type { Grid } from 'kairos/client'
import type { Canvas, Painter } from './canvas.ts'
import type { Raster } from './raster.ts'

/** A grid with neighbouring buckets put together. */
export interface Cells {
  /** starts of the columns, ascending, and at last the end of the newest */
  readonly edges: readonly number[]
  readonly bins: number
  /** `counts[column * bins + bin]` */
  readonly counts: Float64Array
  /** the highest of them */
  readonly most: number
}

/**
 * The cells of a grid, so many buckets to a column. `edges` are the starts of the buckets, and at last the end of the newest. Where
 * columns begin does not depend on where the window does, so that they do not flicker while it moves.
 */
export function cellsOf(edges: readonly number[], { counts: rows }: Grid, perColumn: number): Cells {
  const [first = 0, end = 0] = [edges[0], edges.at(-1)]
  const step = (end - first) / rows.length || 1
  const offset = modulo(Math.round(first / step), perColumn)
  const columns = rows.length === 0 ? 0 : Math.floor((offset + rows.length - 1) / perColumn) + 1
  const bins = rows.reduce((most, row) => Math.max(most, row.length), 0)
  const counts = new Float64Array(columns * bins)
  const starts: number[] = []
  let most = 0
  for (let index = 0; index < rows.length; index++) {
    const column = Math.floor((offset + index) / perColumn)
    if (column === starts.length) starts.push(edges[index] ?? 0)
    const row = rows[index] ?? []
    for (let bin = 0; bin < row.length; bin++) {
      const cell = column * bins + bin
      const count = (counts[cell] ?? 0) + (row[bin] ?? 0)
      counts[cell] = count
      if (count > most) most = count
    }
  }
  return { edges: [...starts, end], bins, counts, most }
}

const modulo = (value: number, divisor: number) => ((value % divisor) + divisor) % divisor

/**
 * Cells coloured by their counts' square root, so that single ones are seen beside many; as many buckets to a column as share a
 * pixel. `scaled` makes of a value what is drawn.
 */
export function heatMapPainter(
  edges: readonly number[],
  grid: Grid,
  scaled: (value: number) => number,
  raster: Raster,
): Painter {
  let held: { readonly cells: Cells; readonly perColumn: number; readonly heat: Uint32Array } | null = null
  return (canvas) => {
    const { context, box, palette, y } = canvas
    const [first = 0, end = 0] = [edges[0], edges.at(-1)]
    const seen = ((canvas.to - canvas.from) / (end - first)) * grid.counts.length
    const perColumn = Math.max(1, Math.ceil(seen / box.width))
    if (held?.perColumn !== perColumn || held.heat !== palette.heat) {
      const cells = cellsOf(edges, grid, perColumn)
      held = { cells, perColumn, heat: palette.heat }
      if (cells.most > 0) colour(cells, palette.heat, raster)
    }
    const { cells } = held
    if (cells.most === 0) return
    const top = Math.round(y(scaled(grid.from) + cells.bins * scaled(grid.width)))
    const bottom = Math.round(y(scaled(grid.from)))
    for (const run of evenRuns(cells.edges, canvas)) {
      raster.draw(context, run, { left: run.left, top, width: run.width, height: bottom - top })
    }
  }
}

/** A pixel for each column and bin; the highest bin is above. */
function colour({ edges, bins, counts, most }: Cells, heat: Uint32Array, raster: Raster): void {
  const columns = edges.length - 1
  const pixels = raster.cleared(columns, bins)
  for (let column = 0; column < columns; column++) {
    for (let bin = 0; bin < bins; bin++) {
      const count = counts[column * bins + bin] ?? 0
      if (count <= 0) continue
      const shade = Math.min(heat.length - 1, Math.floor(Math.sqrt(count / most) * heat.length))
      pixels[(bins - 1 - bin) * columns + column] = heat[shade] ?? 0
    }
  }
  raster.filled()
}

interface Run {
  /** columns */
  readonly from: number
  readonly to: number
  /** pixels */
  readonly left: number
  readonly width: number
}

/** Neighbouring columns that are equally long, to a pixel, and so can be drawn at once: all, but for months and years. */
function* evenRuns(edges: readonly number[], { x }: Canvas): Generator<Run> {
  const last = edges.length - 1
  for (let from = 0; from < last; ) {
    const [start, next] = [x(edges[from] ?? 0), x(edges[from + 1] ?? 0)]
    let to = from + 1
    while (to < last && Math.abs(x(edges[to + 1] ?? 0) - start - (next - start) * (to + 1 - from)) < 1) to++
    const left = Math.round(start)
    yield { from, to, left, width: Math.round(x(edges[to] ?? 0)) - left }
    from = to
  }
}
