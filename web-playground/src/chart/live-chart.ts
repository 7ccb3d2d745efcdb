import { effect, type ReadonlySignal, type Signal } from '@preact/signals'
import type { Columns, SeriesData } from 'kairos/client'
import { timeRange, zoneOf } from '../format/time.ts'
import { bucketAt, type Drawing, newest, openBucket } from './drawing.ts'
import { type Animated, frames } from './frames.ts'
import { liveShare, movedShare } from './live-share.ts'
import { pagePalette } from './palette.ts'
import { Plot } from './plot.ts'
import { serverClock } from './server-clock.ts'
import { spokenBin, spokenBucket } from './spoken.ts'

/** A part of the time axis, in Unix seconds. */
interface Span {
  readonly from: number
  readonly to: number
}

/** What a chart shows, and what it shares with the page. */
export interface ChartSource {
  readonly drawing: Drawing
  /** drawn when it changes, without rendering anything */
  readonly series: ReadonlySignal<SeriesData<Columns>>
  /** what is shown, in Unix seconds; null: live, the right edge is now */
  readonly range: ReadonlySignal<Span | null>
  /** the time under the pointer, in Unix seconds, which all charts share */
  readonly cursor: Signal<number | null>
  /** Called when a part of the chart was selected. */
  zoom(from: number, to: number): void
}

interface Options extends ChartSource {
  readonly spoken: {
    readonly text: Signal<string>
    readonly now: Signal<number>
    readonly min: Signal<number>
    readonly max: Signal<number>
  }
}

/** What is read out changes no more often, in milliseconds. */
const speechPause = 250

/** A shorter way of the pointer, in pixels, is a click. */
const shortestBrush = 4

/** Whether the reader wants nothing to move that need not. */
const stillness = matchMedia('(prefers-reduced-motion: reduce)')

/** A chart at work: what draws it, moves its cursor and selects. */
export class LiveChart implements Animated {
  readonly #element: HTMLElement
  readonly #options: Options
  readonly #plot: Plot
  readonly #tip: HTMLElement
  readonly #endings: (() => void)[] = []
  #onScreen = false
  #dirty = true
  #fresh = true
  #drawn: Span = { from: 0, to: 0 }
  /** how much of a live window was drawn, when by `performance.now()`, and whether it is on its way; null where none was */
  #share: { readonly drawn: number; readonly at: number; readonly moves: boolean } | null = null
  #spokenAt = Number.NEGATIVE_INFINITY
  #unspoken = true
  /** the pointer over this chart, in pixels of the plot */
  #pointer: { readonly left: number; readonly top: number } | null = null
  /** the value under the cursor, for heat maps */
  #value: number | null = null
  /** where a selection began, and whether it has become one */
  #brush: { readonly from: number; readonly left: number; selects: boolean } | null = null
  /** the time that a key has marked */
  #mark: number | null = null

  constructor(element: HTMLElement, options: Options) {
    this.#element = element
    this.#options = options
    const palette = pagePalette()
    this.#plot = new Plot(element, options.drawing, options.series.peek(), () => palette.peek())
    this.#tip = this.#plot.over.appendChild(document.createElement('div'))
    this.#tip.className = 'chart-tip'
    this.#tip.hidden = true

    this.#endings.push(
      effect(() => this.#heard(options.series.value)),
      effect(() => this.#ranged(options.range.value)),
      effect(() => this.#pointed(options.cursor.value)),
      palette.subscribe(() => this.#recoloured()),
      this.#observeSize(),
      this.#observeScreen(),
      this.#listen(),
      frames.add(this),
    )
  }

  wait(): number {
    if (!this.#onScreen) return Number.POSITIVE_INFINITY
    if (this.#dirty) return 0
    return Math.min(this.#untilMoved(), this.#untilSpoken())
  }

  draw(): void {
    const { series, cursor } = this.#options
    this.#dirty = false
    if (this.#fresh) this.#plot.show(series.peek(), openBucket(series.peek(), Date.now() / 1000))
    this.#fresh = false
    this.#drawn = this.#span()
    this.#plot.draw(this.#drawn.from, this.#drawn.to)
    // Under a pointer at rest time goes on.
    if (this.#pointer && !this.#brush) cursor.value = this.#plot.timeAt(this.#pointer.left)
    this.#place(cursor.peek())
    if (this.#unspoken && this.#untilSpoken() <= 0 && document.activeElement !== this.#element) this.#speak()
  }

  destroy(): void {
    if (this.#pointer || document.activeElement === this.#element) this.#options.cursor.value = null
    for (const end of this.#endings) end()
    this.#plot.destroy()
  }

  /** What is to be seen now. */
  #span(): Span {
    const { range, series } = this.#options
    // While somebody selects, nothing moves.
    if (this.#brush) return this.#drawn
    const history = range.peek()
    const window = series.peek()
    const length = window.end - (window.timestamps[0] ?? window.end)
    const isPast = history !== null && history.to > history.from
    if (isPast || length <= 0) this.#share = null
    if (isPast) return history
    const to = serverClock.now(window)
    return length > 0 ? { from: to - length * this.#shareAt(to), to } : { from: to - 60, to }
  }

  /** How much of a live window is to be drawn now. */
  #shareAt(now: number): number {
    const wanted = liveShare(this.#options.series.peek(), now)
    const at = performance.now()
    const before = this.#share
    const drawn =
      before && !stillness.matches ? movedShare(before.drawn, wanted, (at - before.at) / 1000) : wanted
    this.#share = { drawn, at, moves: drawn !== wanted }
    return drawn
  }

  #untilMoved(): number {
    const { range, series } = this.#options
    if (range.peek() || this.#brush) return Number.POSITIVE_INFINITY
    if (this.#share?.moves) return 0
    if (this.#drawn.to >= series.peek().end) return Number.POSITIVE_INFINITY
    return (this.#drawn.to + this.#plot.pixel - serverClock.now(series.peek())) * 1000
  }

  #untilSpoken(): number {
    return this.#unspoken ? this.#spokenAt + speechPause - performance.now() : Number.POSITIVE_INFINITY
  }

  #redraw(): void {
    this.#dirty = true
    frames.wake()
  }

  #heard(series: SeriesData<Columns>): void {
    serverClock.heard(series)
    this.#fresh = true
    this.#unspoken = true
    this.#redraw()
  }

  #ranged(_range: Span | null): void {
    this.#brush = null
    this.#mark = null
    this.#redraw()
  }

  #recoloured(): void {
    this.#plot.recolour()
  }

  #pointed(time: number | null): void {
    if (!this.#onScreen) return
    this.#place(time)
    if (document.activeElement === this.#element) this.#speak()
    else this.#unspoken = true
  }

  /** Shows the cursor, and what it tells and selects. */
  #place(time: number | null): void {
    this.#plot.point(time)
    const selection = this.#selection(time)
    this.#plot.select(selection)
    const { series, drawing } = this.#options
    const window = series.peek()
    const index = time === null ? -1 : bucketAt(window, time)
    const text = selection
      ? timeRange(selection.from, selection.to, this.#timeZone())
      : this.#value === null
        ? null
        : spokenBin(window, index, this.#value, drawing.lines[0]?.unit ?? null)
    this.#tip.hidden = text === null || time === null
    if (text === null || time === null) return
    this.#tip.textContent = text
    const width = this.#plot.over.clientWidth
    const left = Math.max(0, Math.min(width, this.#pointer?.left ?? this.#plot.leftOf(time)))
    this.#tip.style.transform =
      left > width / 2 ? `translateX(calc(${left}px - 100% - 10px))` : `translateX(${left + 10}px)`
  }

  #selection(time: number | null): Span | null {
    if (time === null) return null
    if (this.#brush?.selects) return ordered(this.#brush.from, time)
    if (this.#mark === null) return null
    const { from, to } = ordered(this.#mark, time)
    return { from, to: this.#endOf(to) }
  }

  /** The end of the bucket that holds a time. */
  #endOf(time: number): number {
    const { timestamps, end } = this.#options.series.peek()
    return timestamps[bucketAt({ timestamps, end }, time) + 1] ?? end
  }

  #timeZone(): string | undefined {
    const { timestamps, end, interval } = this.#options.series.peek()
    return zoneOf(end - (timestamps.at(-1) ?? end), interval)
  }

  #speak(): void {
    const { series, drawing, cursor, spoken } = this.#options
    const window = series.peek()
    const time = cursor.peek()
    const now = serverClock.now(window)
    const pointed = time === null ? -1 : bucketAt(window, time)
    const index = pointed < 0 ? newest(drawing, window, now) : pointed
    const bin =
      this.#value === null ? null : spokenBin(window, index, this.#value, drawing.lines[0]?.unit ?? null)
    spoken.min.value = window.timestamps[Math.max(0, bucketAt(window, this.#drawn.from))] ?? 0
    spoken.max.value = window.timestamps.at(-1) ?? 0
    spoken.now.value = window.timestamps[index] ?? spoken.max.value
    const selection = this.#selection(time)
    const selected = selection && `selected ${timeRange(selection.from, selection.to, this.#timeZone())}`
    const told = [spokenBucket(drawing, window, index, now), bin, selected]
    spoken.text.value = told.filter((text) => text !== null).join(', ')
    this.#spokenAt = performance.now()
    this.#unspoken = false
  }

  #observeSize(): () => void {
    const observer = new ResizeObserver(() => {
      this.#plot.resize(this.#element.clientWidth, this.#element.clientHeight)
      this.#redraw()
    })
    observer.observe(this.#element)
    return () => observer.disconnect()
  }

  #observeScreen(): () => void {
    const observer = new IntersectionObserver((entries) => {
      this.#onScreen = entries.at(-1)?.isIntersecting ?? false
      frames.wake()
    })
    observer.observe(this.#element)
    return () => observer.disconnect()
  }

  #listen(): () => void {
    const ended = new AbortController()
    const { signal } = ended
    const { over } = this.#plot
    over.addEventListener('pointerdown', (event) => this.#pointerDown(event), { signal })
    over.addEventListener('pointermove', (event) => this.#pointerMove(event), { signal })
    over.addEventListener('pointerup', () => this.#pointerUp(), { signal })
    over.addEventListener('pointercancel', () => this.#pointerGone(), { signal })
    over.addEventListener('pointerleave', () => this.#pointerGone(), { signal })
    this.#element.addEventListener('keydown', (event) => this.#key(event), { signal })
    this.#element.addEventListener('blur', () => this.#blurred(), { signal })
    return () => ended.abort()
  }

  #pointerDown(event: PointerEvent): void {
    if (event.button !== 0 || !event.isPrimary) return
    this.#plot.over.setPointerCapture(event.pointerId)
    this.#pointerMove(event)
    const left = this.#pointer?.left ?? 0
    this.#brush = { from: this.#plot.timeAt(left), left, selects: false }
  }

  #pointerMove(event: PointerEvent): void {
    const box = this.#plot.over.getBoundingClientRect()
    const left = Math.max(0, Math.min(box.width, event.clientX - box.left))
    this.#pointer = { left, top: event.clientY - box.top }
    if (this.#options.drawing.shape === 'heat map') this.#value = this.#plot.valueAt(this.#pointer.top)
    if (this.#brush && Math.abs(left - this.#brush.left) >= shortestBrush) this.#brush.selects = true
    this.#point(this.#plot.timeAt(left))
  }

  #pointerUp(): void {
    const brush = this.#brush
    const pointer = this.#pointer
    this.#brush = null
    if (brush?.selects && pointer) {
      const { from, to } = ordered(brush.from, this.#plot.timeAt(pointer.left))
      this.#options.zoom(from, to)
    }
    this.#redraw()
  }

  #pointerGone(): void {
    this.#pointer = null
    this.#value = null
    this.#brush = null
    this.#point(null)
    this.#redraw()
  }

  /** Also where only the value has changed, or what is selected. */
  #point(time: number | null): void {
    const { cursor } = this.#options
    if (cursor.peek() === time) this.#pointed(time)
    cursor.value = time
  }

  #blurred(): void {
    this.#mark = null
    if (!this.#pointer) {
      this.#value = null
      this.#point(null)
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (this.#step(event.key, event.shiftKey ? 10 : 1)) event.preventDefault()
  }

  /** Gives whether the key means something here. */
  #step(key: string, stride: number): boolean {
    const { series, cursor } = this.#options
    const window = series.peek()
    const last = window.timestamps.length - 1
    if (last < 0) return false
    const pointed = cursor.peek() === null ? -1 : bucketAt(window, cursor.peek() ?? 0)
    const at = pointed < 0 ? last : pointed
    switch (key) {
      case 'ArrowLeft':
        return this.#goTo(at - stride)
      case 'ArrowRight':
        return this.#goTo(at + stride)
      case 'Home':
        return this.#goTo(0)
      case 'End':
        return this.#goTo(last)
      case 'ArrowUp':
        return this.#climb(at, stride)
      case 'ArrowDown':
        return this.#climb(at, -stride)
      case 'Enter':
        return this.#enter(at)
      default:
        return false
    }
  }

  #goTo(index: number): true {
    const { timestamps } = this.#options.series.peek()
    const within = Math.max(0, Math.min(timestamps.length - 1, index))
    this.#pointer = null
    // A bucket that began before the left edge still reaches into the chart.
    this.#point(Math.max(timestamps[within] ?? 0, this.#drawn.from))
    return true
  }

  /** In a heat map, to another bin. */
  #climb(index: number, bins: number): boolean {
    const { series, drawing } = this.#options
    const { grid } = series.peek()
    if (drawing.shape !== 'heat map' || !grid) return false
    const count = grid.counts[index]?.length ?? 0
    const at = this.#value === null ? -1 : Math.floor((this.#value - grid.from) / grid.width)
    const bin = Math.max(0, Math.min(count - 1, at + bins))
    this.#value = grid.from + (bin + 0.5) * grid.width
    return this.#goTo(index)
  }

  #enter(index: number): true {
    const { series, zoom } = this.#options
    const time = series.peek().timestamps[index] ?? 0
    if (this.#mark === null) {
      this.#mark = time
      return this.#goTo(index)
    }
    const { from, to } = ordered(this.#mark, time)
    this.#mark = null
    this.#point(null)
    zoom(from, this.#endOf(to))
    return true
  }
}

function ordered(a: number, b: number): Span {
  return { from: Math.min(a, b), to: Math.max(a, b) }
}
