import type { Canvas, Painter } from './canvas.ts'
import type { Raster } from './raster.ts'

/** As many dots are drawn round. */
const roundDots = 2_000

/** A dot for each value of each bucket. */
export function pointsPainter(
  timestamps: readonly number[],
  values: readonly (readonly number[])[],
  raster: Raster,
): Painter {
  const total = values.reduce((total, each) => total + each.length, 0)
  return (canvas) => {
    const { context } = canvas
    context.globalAlpha = 0.7
    if (total <= roundDots) round(canvas, timestamps, values)
    else square(canvas, timestamps, values, raster)
    context.globalAlpha = 1
  }
}

function round(
  { context, pixelRatio, palette, x, y }: Canvas,
  timestamps: readonly number[],
  values: readonly (readonly number[])[],
): void {
  const radius = 1.75 * pixelRatio
  context.fillStyle = palette.lines['--line-1']
  context.beginPath()
  timestamps.forEach((timestamp, index) => {
    const left = x(timestamp)
    for (const value of values[index] ?? []) {
      context.moveTo(left + radius, y(value))
      context.arc(left, y(value), radius, 0, 2 * Math.PI)
    }
  })
  context.fill()
}

/** Dots that lie on each other are one. */
function square(
  { context, box, pixelRatio, palette, x, y }: Canvas,
  timestamps: readonly number[],
  values: readonly (readonly number[])[],
  raster: Raster,
): void {
  const size = Math.max(1, Math.round(1.5 * pixelRatio))
  const [columns, rows] = [Math.ceil(box.width / size), Math.ceil(box.height / size)]
  const pixels = raster.cleared(columns, rows)
  for (let index = 0; index < timestamps.length; index++) {
    const column = Math.floor((x(timestamps[index] ?? 0) - box.left) / size)
    if (column < 0 || column >= columns) continue
    for (const value of values[index] ?? []) {
      const row = Math.floor((y(value) - box.top) / size)
      if (row >= 0 && row < rows) pixels[row * columns + column] = palette.dot
    }
  }
  raster.filled()
  const whole = { left: box.left, top: box.top, width: columns * size, height: rows * size }
  raster.draw(context, { from: 0, to: columns }, whole)
}
