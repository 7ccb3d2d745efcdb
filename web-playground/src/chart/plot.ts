import type { Columns, SeriesData } from 'kairos/client'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { zoneOf } from '../format/time.ts'
import { increments, timeLabels, valueLabels, verticalRange } from './axes.ts'
import type { Canvas } from './canvas.ts'
import { bucketAt, type Drawing, type Line } from './drawing.ts'
import { type Drawn, drawnOf, stepped } from './drawn.ts'
import { isolated, shownGaps, shownStepGaps } from './gaps.ts'
import { linePaths } from './line-paths.ts'
import type { Palette } from './palette.ts'
import { Raster } from './raster.ts'

type Series = SeriesData<Columns>

/** A drawing in an element, of the element's size. Times are Unix seconds. */
export class Plot {
  readonly #drawing: Drawing
  readonly #palette: () => Palette
  readonly #chart: uPlot
  readonly #bucket: HTMLElement
  readonly #raster = new Raster()
  #series: Series
  #drawn: Drawn
  #data: uPlot.AlignedData | null = null

  constructor(element: HTMLElement, drawing: Drawing, series: Series, palette: () => Palette) {
    this.#drawing = drawing
    this.#palette = palette
    this.#series = series
    this.#drawn = drawnOf(series, drawing, -1, this.#raster)
    this.#chart = new uPlot(
      { ...this.#options(), width: element.clientWidth, height: element.clientHeight },
      [[], ...drawing.lines.map(() => [])],
      element,
    )
    this.#bucket = this.#chart.under.appendChild(document.createElement('div'))
    this.#bucket.className = 'chart-bucket'
    this.#bucket.hidden = true
  }

  /** The part that lies over the plot, between the axes. */
  get over(): HTMLElement {
    return this.#chart.over
  }

  /** Seconds to one pixel of the screen. */
  get pixel(): number {
    const { min = 0, max = 0 } = this.#chart.scales.x ?? {}
    return (max - min) / Math.max(1, this.#chart.bbox.width)
  }

  /** What to draw from now on; `open` is the index of the bucket that still grows, -1 if none does. */
  show(series: Series, open: number): void {
    this.#series = series
    this.#drawn = drawnOf(series, this.#drawing, open, this.#raster)
    this.#data = [this.#drawn.edges, ...this.#drawn.lines]
  }

  /** Draws what was recorded between two times. */
  draw(from: number, to: number): void {
    this.#chart.batch(() => {
      if (this.#data) this.#chart.setData(this.#data, false)
      this.#data = null
      this.#chart.setScale('x', { min: from, max: to })
    })
  }

  resize(width: number, height: number): void {
    this.#chart.setSize({ width, height })
  }

  /** Draws in the colours that are now the page's. */
  recolour(): void {
    this.#chart.redraw(false, true)
  }

  /** Puts the cross hair at a time, and marks the bucket that holds it; null takes both away. */
  point(time: number | null): void {
    const { bbox } = this.#chart
    const width = bbox.width / uPlot.pxRatio
    const at = time === null ? -1 : this.#chart.valToPos(time, 'x')
    const seen = at >= 0 && at <= width
    this.#chart.setCursor(seen ? { left: at, top: 0 } : { left: -10, top: -10 }, false)
    const index = seen && time !== null ? bucketAt(this.#series, time) : -1
    this.#bucket.hidden = index < 0
    if (index < 0) return
    const { edges } = this.#drawn
    const left = Math.max(0, this.#chart.valToPos(edges[index] ?? 0, 'x'))
    const right = Math.min(width, this.#chart.valToPos(edges[index + 1] ?? 0, 'x'))
    this.#bucket.style.transform = `translateX(${left}px)`
    this.#bucket.style.width = `${Math.max(1, right - left)}px`
  }

  /** Shows a selection; null takes it away. */
  select(range: { readonly from: number; readonly to: number } | null): void {
    const { bbox } = this.#chart
    const [left, right] = range
      ? [this.#chart.valToPos(range.from, 'x'), this.#chart.valToPos(range.to, 'x')]
      : [0, 0]
    this.#chart.setSelect({ left, width: right - left, top: 0, height: bbox.height / uPlot.pxRatio }, false)
  }

  /** The time at a distance from the left edge of the plot, in the page's pixels. */
  timeAt(left: number): number {
    return this.#chart.posToVal(left, 'x')
  }

  /** The distance of a time from the left edge of the plot. */
  leftOf(time: number): number {
    return this.#chart.valToPos(time, 'x')
  }

  /** The value at a distance from the upper edge of the plot. */
  valueAt(top: number): number {
    return this.#chart.posToVal(top, 'y') * this.#drawn.magnitude
  }

  destroy(): void {
    this.#chart.destroy()
  }

  #options(): Omit<uPlot.Options, 'width' | 'height'> {
    const drawing = this.#drawing
    const [headline] = drawing.lines
    const palette = this.#palette
    const axis: uPlot.Axis = {
      stroke: () => palette().text,
      font: palette().font,
      ticks: { show: false },
      grid: { stroke: () => palette().grid, width: 1 },
    }
    return {
      legend: { show: false },
      padding: [12, 8, 0, 0],
      tzDate: (time) => {
        const date = new Date(time * 1000)
        const zone = this.#timeZone()
        return zone ? uPlot.tzDate(date, zone) : date
      },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        bind: unbound,
        dataIdx: (_chart, _line, _nearest, time) => {
          const index = bucketAt(this.#series, time)
          return index < 0 ? null : index
        },
        points: {
          show: drawing.shape === 'line' || drawing.shape === 'points',
          size: 8,
          width: 2,
          fill: () => palette().surface,
          stroke: (_, index) => this.#colour(drawing.lines[index - 1]),
        },
      },
      scales: {
        x: { time: true, auto: false, range: (_, min, max) => [min ?? 0, max ?? 1] },
        y: { range: () => verticalRange(this.#drawn.extent, drawing) },
      },
      axes: [
        {
          ...axis,
          // Parts of a second take more room.
          space: (_chart, _axis, min, max) => (max - min < 8 ? 84 : 56),
          size: 28,
          grid: { show: false },
          values: (chart, splits, _axis, _space, gap) => timeLabels(chart, splits, gap, this.#timeZone()),
        },
        {
          ...axis,
          show: headline !== undefined,
          space: 36,
          size: (_, labels) => 20 + 6.5 * Math.max(3, ...(labels ?? []).map((label) => label.length)),
          values: (_, splits) => valueLabels(splits, drawing, this.#drawn.magnitude),
          incrs: headline?.truth ? [1] : increments(headline?.column ?? '', headline?.unit ?? null),
        },
      ],
      series: [{}, ...drawing.lines.map((line, index) => this.#line(line, index))],
      ...(drawing.band && { bands: [{ series: [3, 2], fill: () => palette().area }] }),
      hooks: { drawAxes: [(chart) => this.#paint(chart)] },
    }
  }

  #line(line: Line, index: number): uPlot.Series {
    const { shape, band } = this.#drawing
    if (shape === 'bars') return { auto: false, paths: () => null, points: { show: false } }
    const steps = stepped(this.#drawing)
    // An area stands for a quantity only if it begins at zero.
    const area = index === 0 && !band && (shape === 'line' || shape === 'steps')
    return {
      auto: false,
      paths: linePaths(steps),
      stroke: () => this.#colour(line),
      width: index === 0 && (shape === 'line' || shape === 'steps') ? 1.75 : 1.25,
      ...(area && { fill: ({ scales }) => (scales.y?.min === 0 ? this.#palette().area : 'transparent') }),
      gaps: steps ? shownStepGaps : shownGaps,
      // Points only where a value has no neighbour to be joined with.
      points: { show: true, size: 4, fill: () => this.#colour(line), filter: isolated },
    }
  }

  #colour(line: Line | undefined): string {
    return this.#palette().lines[line?.colour ?? '--line-1']
  }

  /** Where steps are days or longer, their zone. */
  #timeZone(): string | undefined {
    const { timestamps, end, interval } = this.#series
    const last = timestamps.at(-1)
    return last === undefined ? undefined : zoneOf(end - last, interval)
  }

  #paint({ ctx, bbox, scales }: uPlot): void {
    const { painter } = this.#drawn
    const { x, y } = scales
    if (!painter || x?.min == null || x.max == null) return
    const [from, to, low, high] = [x.min, x.max, y?.min ?? 0, y?.max ?? 1]
    const canvas: Canvas = {
      context: ctx,
      box: bbox,
      pixelRatio: uPlot.pxRatio,
      palette: this.#palette(),
      from,
      to,
      x: (time) => bbox.left + ((time - from) / (to - from)) * bbox.width,
      y: (value) => bbox.top + ((high - value) / (high - low)) * bbox.height,
    }
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    painter(canvas)
    ctx.restore()
  }
}

const nobody = () => null

/** The page's own handlers move the cursor and select. */
const unbound: uPlot.Cursor.Bind = {
  mousedown: nobody,
  mouseup: nobody,
  click: nobody,
  dblclick: nobody,
  mousemove: nobody,
  mouseleave: nobody,
  mouseenter: nobody,
}
