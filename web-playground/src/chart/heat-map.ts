import type { Grid } from 'kairos/client'
import type { Painter } from './canvas.ts'

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
  rows.forEach((row, index) => {
    const column = Math.floor((offset + index) / perColumn)
    if (column === starts.length) starts.push(edges[index] ?? 0)
    row.forEach((count, bin) => {
      const cell = column * bins + bin
      counts[cell] = (counts[cell] ?? 0) + count
    })
  })
  return {
    edges: [...starts, end],
    bins,
    counts,
    most: counts.reduce((most, count) => Math.max(most, count), 0),
  }
}

const modulo = (value: number, divisor: number) => ((value % divisor) + divisor) % divisor

/** Cells coloured by their counts' square root, so that single ones are seen beside many. */
export function heatMapPainter(
  edges: readonly number[],
  grid: Grid,
  scaled: (value: number) => number,
): Painter {
  const image = new OffscreenCanvas(1, 1)
  let cells: Cells | null = null
  let cellsPerColumn = 0
  return ({ context, box, palette, from, to, y }) => {
    const buckets = grid.counts.length
    const [first = 0, end = 0] = [edges[0], edges.at(-1)]
    const visible = ((to - from) / (end - first)) * buckets
    const perColumn = Math.max(1, Math.ceil(visible / box.width))
    if (!cells || perColumn !== cellsPerColumn) {
      cells = cellsOf(edges, grid, perColumn)
      cellsPerColumn = perColumn
    }
    if (cells.most === 0) return
    image.width = box.width
    image.height = cells.bins
    image.getContext('2d')?.putImageData(pixels(cells, box.width, from, to, palette.heat), 0, 0)
    const top = Math.round(y(scaled(grid.from) + cells.bins * scaled(grid.width)))
    const bottom = Math.round(y(scaled(grid.from)))
    context.imageSmoothingEnabled = false
    context.drawImage(image, box.left, top, box.width, bottom - top)
  }
}

/** A pixel for each pixel of the plot's width, and for each bin; the highest bin is above. */
function pixels(cells: Cells, width: number, from: number, to: number, heat: Uint32Array): ImageData {
  const { edges, bins, counts, most } = cells
  const data = new Uint32Array(width * bins)
  const shades = heat.length
  let column = 0
  for (let x = 0; x < width; x++) {
    const time = from + ((x + 0.5) / width) * (to - from)
    while (column < edges.length - 1 && (edges[column + 1] ?? 0) <= time) column++
    if (column >= edges.length - 1) break
    if (time < (edges[column] ?? 0)) continue
    for (let bin = 0; bin < bins; bin++) {
      const count = counts[column * bins + bin] ?? 0
      if (count <= 0) continue
      const shade = Math.min(shades - 1, Math.floor(Math.sqrt(count / most) * shades))
      data[(bins - 1 - bin) * width + x] = heat[shade] ?? 0
    }
  }
  return new ImageData(new Uint8ClampedArray(data.buffer), width, bins)
}
