import type { Value } from 'kairos/client'
import type { Painter } from './canvas.ts'

/** Narrower ones have no word in them, in the page's pixels. */
const wordRoom = 28

/** More of a word is seen on no screen. */
const seenLetters = 120

/** A value for as long as it was so. Times are Unix seconds. */
export interface Run {
  readonly from: number
  readonly to: number
  readonly value: Value
}

/** Neighbouring buckets with the same value as one. `edges` are their starts, and at last the end of the newest. */
export function runsOf(edges: readonly number[], values: readonly (Value | null)[]): Run[] {
  const runs: { from: number; to: number; value: Value }[] = []
  values.forEach((value, index) => {
    const [from = 0, to = 0] = [edges[index], edges[index + 1]]
    const last = runs.at(-1)
    if (value === null) return
    if (last && last.value === value && last.to === from) last.to = to
    else runs.push({ from, to, value })
  })
  return runs
}

/** A block for each run, with its word in it. */
export function wordsPainter(runs: readonly Run[]): Painter {
  return ({ context, box, pixelRatio, palette, from, to, x }) => {
    context.textBaseline = 'middle'
    context.textAlign = 'left'
    context.font = palette.font.replace(/^\d+/, String(12 * pixelRatio))
    const [top, height] = [box.top + 4 * pixelRatio, box.height - 8 * pixelRatio]
    let drawn = Number.NEGATIVE_INFINITY
    for (const run of runs) {
      if (run.to <= from || run.from >= to) continue
      const left = Math.round(Math.max(x(run.from), box.left))
      const right = Math.round(Math.min(x(run.to), box.left + box.width))
      if (right <= drawn) continue
      drawn = right
      const width = Math.max(1, right - left - (right - left > 3 * pixelRatio ? pixelRatio : 0))
      context.fillStyle = palette.area
      context.fillRect(left, top, width, height)
      context.fillStyle = palette.lines['--line-1']
      context.fillRect(left, top, Math.min(width, 2 * pixelRatio), height)
      if (width < wordRoom * pixelRatio) continue
      context.fillStyle = palette.strongText
      const text = fitting(context, String(run.value).slice(0, seenLetters), width - 12 * pixelRatio)
      context.fillText(text, left + 8 * pixelRatio, top + height / 2)
    }
  }
}

/** As much of a text as there is room for, with an ellipsis where that is not all. */
function fitting(context: CanvasRenderingContext2D, text: string, room: number): string {
  const width = context.measureText(text).width
  if (width <= room) return text
  return `${text.slice(0, Math.max(1, Math.floor((text.length * room) / width) - 1))}…`
}
