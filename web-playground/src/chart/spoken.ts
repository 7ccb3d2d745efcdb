import type { Columns, SeriesData } from 'kairos/client'
import { quantity, quantityText } from '../format/quantity.ts'
import { bucketTime, zoneOf } from '../format/time.ts'
import { type Drawing, type Line, numbersOf, openBucket } from './drawing.ts'

type Series = SeriesData<Columns>

/** More of a word is nobody's to listen to. */
const heardLetters = 80

/** One number of a line, as people read it: `12.5 %`, `true`, and `–` where there is none. */
export function lineText({ unit, truth }: Line, value: number | null): string {
  if (value === null) return '–'
  return truth && (value === 0 || value === 1) ? String(value === 1) : quantityText(value, unit)
}

/** When the bucket at an index began: `14:03:27`, `3 Aug 2026`. */
export function timeText({ timestamps, end, interval }: Series, index: number): string {
  const timestamp = timestamps[index] ?? 0
  const seconds = (timestamps[index + 1] ?? end) - timestamp
  return bucketTime({ timestamp, seconds }, zoneOf(seconds, interval))
}

/** What a chart shows at a bucket, in words: `14:03:27: mean 12 ms`. */
export function spokenBucket(drawing: Drawing, series: Series, index: number, now: number): string {
  if (index < 0) return 'no data'
  const numbers = drawing.lines
    .filter((line) => !line.truth)
    .map((line) => {
      const value = numbersOf(series, line)[index] ?? null
      return `${line.label} ${value === null ? 'none' : lineText(line, value)}`
    })
  const words = (drawing.words?.(series, index) ?? []).map((word) => {
    const text = String(word)
    return text.length > heardLetters ? `${text.slice(0, heardLetters)}…` : text
  })
  const told = [...numbers, ...words].join(', ') || 'nothing'
  const growing = drawing.shape === 'bars' && index === openBucket(series, now)
  return `${timeText(series, index)}: ${told}${growing ? ', so far' : ''}`
}

/** The bin of a heat map that holds a value, with what was counted there: `100 – 120 ms: 34`; null outside of the bins. */
export function spokenBin(
  { grid }: Series,
  index: number,
  value: number,
  unit: string | null,
): string | null {
  if (!grid) return null
  const row = grid.counts[index]
  const bin = Math.floor((value - grid.from) / grid.width)
  if (!row || bin < 0 || bin >= row.length) return null
  const from = grid.from + bin * grid.width
  const [low, high] = [quantity(from, unit), quantity(from + grid.width, unit)]
  const lowText = low.unit === high.unit ? low.number : quantityText(from, unit)
  return `${lowText} – ${quantityText(from + grid.width, unit)}: ${quantityText(row[bin] ?? 0, null)}`
}
