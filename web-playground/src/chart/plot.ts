import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { axisLabels } from '../format/quantity.ts'
import { axisTime } from '../format/time.ts'
import type { Bucket, Drawing } from './drawing.ts'
import { isolated, shownGaps } from './gaps.ts'
import { type Palette, readPalette } from './palette.ts'

/** A chart in an element, of the element's size and the page's colours. */
export interface Plot {
  /** Shows what was recorded from `from` to `to`, both Unix seconds; nothing later than `to`. */
  draw(buckets: readonly Bucket[], from: number, to: number): void
  /** Puts the cursor on a bucket by its timestamp, or takes it away. */
  point(timestamp: number | null): void
  destroy(): void
}

/** `onPoint` is told the timestamp of the bucket under the cursor, null when there is none. */
export function createPlot(
  element: HTMLElement,
  drawing: Drawing,
  onPoint: (timestamp: number | null) => void,
): Plot {
  let palette = readPalette(element)
  const options = optionsOf(drawing, () => palette)
  const chart = new uPlot(
    {
      ...options,
      width: element.clientWidth,
      height: element.clientHeight,
      hooks: {
        setCursor: [({ cursor, data }) => onPoint(cursor.idx == null ? null : (data[0][cursor.idx] ?? null))],
      },
    },
    [[], ...drawing.lines.map(() => [])],
    element,
  )

  const resized = new ResizeObserver(() => {
    chart.setSize({ width: element.clientWidth, height: element.clientHeight })
  })
  resized.observe(element)
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const recolour = () => {
    palette = readPalette(element)
    chart.redraw(false, true)
  }
  dark.addEventListener('change', recolour)

  return {
    draw: (buckets, from, to) => {
      const begun = buckets.filter(({ timestamp }) => timestamp <= to)
      const times = begun.map(({ timestamp }) => timestamp)
      chart.batch(() => {
        chart.setData([times, ...drawing.lines.map((line) => begun.map((bucket) => line.of(bucket)))], false)
        chart.setScale('x', { min: from, max: to })
      })
    },
    point: (timestamp) => {
      if (timestamp === null) chart.setCursor({ left: -10, top: -10 })
      else {
        // A bucket that began before the left edge still reaches into the chart.
        const left = Math.max(0, chart.valToPos(timestamp, 'x'))
        chart.setCursor({ left, top: 0 })
      }
    },
    destroy: () => {
      dark.removeEventListener('change', recolour)
      resized.disconnect()
      chart.destroy()
    },
  }
}

function optionsOf(drawing: Drawing, palette: () => Palette): Omit<uPlot.Options, 'width' | 'height'> {
  const axis: uPlot.Axis = {
    stroke: () => palette().text,
    font: palette().font,
    ticks: { show: false },
    grid: { stroke: () => palette().grid, width: 1 },
  }
  return {
    legend: { show: false },
    padding: [12, 8, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 8, width: 2, fill: () => palette().surface },
    },
    scales: {
      x: { time: true, auto: false },
      y: { range: (_, min, max) => verticalRange(min, max, drawing) },
    },
    axes: [
      {
        ...axis,
        space: 56,
        size: 28,
        grid: { show: false },
        values: (chart, splits, _axis, _space, gap) =>
          splits.map((split) => (nearRightEdge(chart, split) ? '' : axisTime(split, gap))),
      },
      {
        ...axis,
        space: 44,
        size: (_, labels) => 20 + 6.5 * Math.max(3, ...(labels ?? []).map((label) => label.length)),
        values: (_, splits) => axisLabels(splits, drawing.unit),
        incrs: incrementsOf(drawing),
      },
    ],
    series: [
      {},
      ...drawing.lines.map((_, index) => (drawing.shape === 'bars' ? bars(palette) : line(index, palette))),
    ],
  }
}

function line(index: number, palette: () => Palette): uPlot.Series {
  return {
    stroke: () => palette().lines[index] ?? palette().text,
    width: index === 0 ? 1.75 : 1.25,
    // An area stands for a quantity only if it begins at zero.
    ...(index === 0 && { fill: ({ scales }) => (scales.y?.min === 0 ? palette().area : 'transparent') }),
    gaps: shownGaps,
    // Points only where a value has no neighbour to be joined with.
    points: { show: true, size: 4, fill: () => palette().lines[index] ?? palette().text, filter: isolated },
  }
}

function bars(palette: () => Palette): uPlot.Series {
  return {
    ...(uPlot.paths.bars && { paths: uPlot.paths.bars({ size: [0.65, 100], align: 1 }) }),
    stroke: () => palette().bars,
    fill: () => palette().bars,
    width: 0,
    points: { show: false },
  }
}

/** Whether a label there would be cut off. */
function nearRightEdge(chart: uPlot, time: number): boolean {
  return chart.valToPos(time, 'x') > chart.over.clientWidth - 18
}

const sharesAndDurations = ['%', 'ns', 'µs', 'ms', 's']

/**
 * From zero for what adds up, for shares and durations, and wherever zero is near; otherwise around the values, so that
 * a change of a large quantity is seen, but never so close that a thousandth of it fills the chart.
 */
function verticalRange(min: number | null, max: number | null, { shape, unit }: Drawing): [number, number] {
  if (min === null || max === null) return [0, 1]
  const hasZero = shape === 'bars' || sharesAndDurations.includes(unit ?? '') || min < max / 2
  if (min >= 0 && hasZero) return [0, max > 0 ? max * 1.08 : 1]
  const room = Math.max((max - min) * 0.12, Math.abs(max) * 0.01, 1e-9)
  return [min - room, max + room]
}

/** Bytes are told in powers of 1024, so their grid is too; what is counted has no halves. */
function incrementsOf({ unit, shape }: Drawing): number[] {
  if (unit === 'bytes' || unit === 'B') return Array.from({ length: 50 }, (_, power) => 2 ** power)
  const increments: number[] = []
  for (let power = shape === 'bars' ? 0 : -9; power < 16; power++) {
    for (const step of [1, 2, 2.5, 5]) {
      if (step !== 2.5 || power > 0 || shape === 'line') increments.push(step * 10 ** power)
    }
  }
  return increments
}
