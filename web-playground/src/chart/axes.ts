import uPlot from 'uplot'
import { axisLabels, ofBytes } from '../format/quantity.ts'
import { axisTime } from '../format/time.ts'
import type { Drawing } from './drawing.ts'
import type { Extent } from './drawn.ts'

const sharesAndDurations = ['%', 'ns', 'µs', 'ms', 's']

/**
 * From zero for what adds up, for shares and durations, and wherever zero is near; otherwise around the values, so that
 * a change of a large quantity is seen, but never so close that a thousandth of it fills the chart.
 */
export function verticalRange(extent: Extent | null, { shape, lines }: Drawing): [number, number] {
  if (lines[0]?.truth) return [-0.12, 1.12]
  if (!extent) return [0, 1]
  const { low, high } = extent
  const room = Math.max((high - low) * 0.12, Math.abs(high) * 0.01, 1e-9)
  if (low >= 0) {
    const fromZero = shape === 'bars' || sharesAndDurations.includes(lines[0]?.unit ?? '') || low < high / 2
    return fromZero ? [0, high > 0 ? high * 1.08 : 1] : [low - room, high + room]
  }
  if (shape === 'bars') return [low - room, high > 0 ? high + room : 0]
  return [low - room, high + room]
}

/** Bytes are told in powers of 1024, so their grid is too; what is counted has no halves. */
export function increments(column: string, unit: string | null): number[] {
  if (ofBytes(unit) !== null) return powersOf2
  return column === 'count' ? wholeIncrements : allIncrements
}

const powersOf2 = Array.from({ length: 64 }, (_, power) => 2 ** power)
// Written as text, since 10 ** -9 * 2 is not 2e-9.
const allIncrements = Array.from({ length: 32 }, (_, index) =>
  [1, 2, 2.5, 5].map((step) => Number(`${step}e${index - 12}`)),
).flat()
const wholeIncrements = allIncrements.filter(Number.isInteger)

/** Labels of values that are drawn as a `magnitude` of what they are. */
export function valueLabels(splits: readonly number[], { lines }: Drawing, magnitude: number): string[] {
  if (lines[0]?.truth) return splits.map((split) => (split === 1 ? 'true' : split === 0 ? 'false' : ''))
  return axisLabels(
    splits.map((split) => split * magnitude),
    lines[0]?.unit ?? null,
  )
}

/** Labels of times, but none that would be cut off at either edge. */
export function timeLabels(
  chart: uPlot,
  splits: readonly number[],
  gap: number,
  timeZone?: string,
): string[] {
  const left = 26 - chart.bbox.left / uPlot.pxRatio
  const right = chart.bbox.width / uPlot.pxRatio - 18
  return splits.map((split) => {
    const at = chart.valToPos(split, 'x')
    return at < left || at > right ? '' : axisTime(split, gap, timeZone)
  })
}
