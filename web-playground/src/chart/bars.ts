import type { Canvas, Painter } from './canvas.ts'

export interface Bars {
  /** starts of the buckets, ascending, and at last the end of the newest */
  readonly edges: readonly number[]
  readonly values: readonly (number | null)[]
  /** the index of the bucket that still grows, -1 if none does */
  readonly open: number
}

/** A bar for each bucket, as wide as it is long; what is open is drawn lighter. */
export function barsPainter({ edges, values, open }: Bars): Painter {
  return (canvas) => {
    const { context, palette } = canvas
    context.fillStyle = palette.bars
    for (const [left, width, value] of columns(canvas, edges, values, open)) bar(canvas, left, width, value)
    const grows = values[open]
    if (grows == null) return
    const [left, width] = place(canvas, edges, open)
    context.fillStyle = palette.openBars
    bar(canvas, left, width, grows)
  }
}

/**
 * Where buckets are narrower than a pixel, a bar for each pixel: the highest of its values, and the lowest if that is below zero.
 * Gives left edges, widths and values.
 */
function* columns(
  canvas: Canvas,
  edges: readonly number[],
  values: readonly (number | null)[],
  open: number,
): Generator<readonly [number, number, number]> {
  let at = Number.NaN
  let [low, high] = [0, 0]
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (value == null || index === open || (edges[index + 1] ?? 0) <= canvas.from) continue
    const [left, width] = place(canvas, edges, index)
    if (width > 1) yield [left, width, value]
    else if (left === at) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    } else {
      if (low < 0) yield [at, 1, low]
      if (high > 0) yield [at, 1, high]
      at = left
      low = Math.min(0, value)
      high = Math.max(0, value)
    }
  }
  if (low < 0) yield [at, 1, low]
  if (high > 0) yield [at, 1, high]
}

/** The left edge and the width of a bucket's bar, in whole pixels, with a gap after it where there is room for one. */
function place(
  { x, pixelRatio }: Canvas,
  edges: readonly number[],
  index: number,
): readonly [number, number] {
  const left = Math.round(x(edges[index] ?? 0))
  const width = Math.round(x(edges[index + 1] ?? 0)) - left
  const gap = width < 3 ? 0 : Math.max(1, Math.min(Math.round(width * 0.25), 6 * pixelRatio))
  return [left, Math.max(1, width - gap)]
}

function bar({ context, y }: Canvas, left: number, width: number, value: number): void {
  const [zero, end] = [Math.round(y(0)), Math.round(y(value))]
  // However small, it is not nothing.
  const height = value === 0 ? 0 : Math.max(1, Math.abs(end - zero))
  context.fillRect(left, value > 0 ? zero - height : zero, width, height)
}
