import type { Painter } from './canvas.ts'

/** As many dots are drawn round. */
const roundDots = 3_000

/** A dot for each value of each bucket. */
export function pointsPainter(
  timestamps: readonly number[],
  values: readonly (readonly number[])[],
): Painter {
  const total = values.reduce((total, each) => total + each.length, 0)
  return ({ context, box, pixelRatio, palette, x, y }) => {
    context.fillStyle = palette.lines['--line-1']
    context.globalAlpha = 0.7
    context.beginPath()
    if (total <= roundDots) {
      const radius = 1.75 * pixelRatio
      timestamps.forEach((timestamp, index) => {
        const left = x(timestamp)
        for (const value of values[index] ?? []) {
          context.moveTo(left + radius, y(value))
          context.arc(left, y(value), radius, 0, 2 * Math.PI)
        }
      })
    } else {
      // Dots that lie on each other are one.
      const size = Math.round(1.5 * pixelRatio)
      const columns = Math.ceil(box.width / size) + 1
      const taken = new Uint8Array(columns * (Math.ceil(box.height / size) + 1))
      timestamps.forEach((timestamp, index) => {
        const column = Math.floor((x(timestamp) - box.left) / size)
        if (column < 0 || column >= columns) return
        for (const value of values[index] ?? []) {
          const row = Math.floor((y(value) - box.top) / size)
          const place = row * columns + column
          if (row < 0 || taken[place] !== 0) continue
          taken[place] = 1
          context.rect(box.left + column * size, box.top + row * size, size, size)
        }
      })
    }
    context.fill()
    context.globalAlpha = 1
  }
}
