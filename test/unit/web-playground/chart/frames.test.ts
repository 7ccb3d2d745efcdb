import { expect, test } from 'vitest'
import { type Animated, Frames } from '../../../../web-playground/src/chart/frames.ts'

/** A screen whose time passes only by drawing and by `frame`. */
class Hand {
  time = 0
  readonly failures: unknown[] = []
  /** how many times as long as drawing it takes to paint what was drawn */
  painting = 0
  #drawn = 0
  #painted: (() => void) | null = null
  #frame: (() => void) | null = null
  #sleeper: { readonly work: () => void; readonly delay: number } | null = null

  readonly frames = new Frames({
    now: () => this.time,
    frame: (work) => {
      this.#frame = work
    },
    painted: (work) => {
      this.#painted = work
    },
    later: (work, delay) => {
      this.#sleeper = { work, delay }
      return () => {
        this.#sleeper = null
      }
    },
    failed: (error) => this.failures.push(error),
  })

  /** Whether a frame was asked for. */
  get asked(): boolean {
    return this.#frame !== null
  }

  /** How long it sleeps, null if it does not. */
  get sleep(): number | null {
    return this.#sleeper?.delay ?? null
  }

  frame(): void {
    const work = this.#frame
    this.#frame = null
    this.#drawn = 0
    work?.()
    this.time += this.#drawn * this.painting
    this.#painted?.()
    this.#painted = null
    this.time += 16
  }

  awake(): void {
    const sleeper = this.#sleeper
    this.#sleeper = null
    sleeper?.work()
  }

  /** A chart that takes `cost` to be drawn, and is due again at once or after `pause`. */
  chart(cost: number, pause = 0): Animated & { drawings: number; due: number } {
    const chart = {
      drawings: 0,
      due: 0,
      wait: () => chart.due - this.time,
      draw: () => {
        this.time += cost
        this.#drawn += cost
        chart.drawings += 1
        chart.due = this.time + pause
      },
    }
    return chart
  }
}

test('a frame ends with the drawing that uses up its eight milliseconds', () => {
  const hand = new Hand()
  const charts = Array.from({ length: 20 }, () => hand.chart(3))
  for (const chart of charts) hand.frames.add(chart)
  hand.frame()
  expect(charts.filter(({ drawings }) => drawings > 0)).toHaveLength(3)
})

test('where painting takes three times as long as drawing, a frame ends after a quarter of the time', () => {
  const hand = new Hand()
  hand.painting = 3
  const charts = Array.from({ length: 20 }, () => hand.chart(0.5))
  for (const chart of charts) hand.frames.add(chart)
  for (let frame = 0; frame < 50; frame++) hand.frame()
  const before = charts.reduce((total, { drawings }) => total + drawings, 0)
  hand.frame()
  expect(charts.reduce((total, { drawings }) => total + drawings, 0) - before).toBeLessThanOrEqual(5)
})

test('charts that are always due take turns', () => {
  const hand = new Hand()
  const charts = Array.from({ length: 20 }, (_, index) => hand.chart(1 + (index % 5)))
  for (const chart of charts) hand.frames.add(chart)
  for (let frame = 0; frame < 1_000; frame++) hand.frame()
  const drawings = charts.map((chart) => chart.drawings)
  expect(Math.min(...drawings)).toBeGreaterThan(0)
  expect(Math.max(...drawings) - Math.min(...drawings)).toBeLessThanOrEqual(1)
})

test('one chart that takes longer than a frame is drawn nevertheless, and keeps nobody from it', () => {
  const hand = new Hand()
  const [slow, quick] = [hand.chart(50), hand.chart(1)]
  hand.frames.add(slow)
  hand.frames.add(quick)
  for (let frame = 0; frame < 10; frame++) hand.frame()
  expect(slow.drawings).toBeGreaterThanOrEqual(4)
  expect(quick.drawings).toBeGreaterThanOrEqual(4)
})

test('where nothing is due it sleeps until something is', () => {
  const hand = new Hand()
  const chart = hand.chart(0, 500)
  hand.frames.add(chart)
  hand.frame()
  expect(hand.asked).toBe(false)
  expect(hand.sleep).toBeGreaterThan(450)
  hand.time = 500
  hand.awake()
  hand.frame()
  expect(chart.drawings).toBe(2)
})

test('what waits for nothing in particular is not asked again until it wakes the loop', () => {
  const hand = new Hand()
  const chart = hand.chart(0, Number.POSITIVE_INFINITY)
  hand.frames.add(chart)
  hand.frame()
  expect([hand.asked, hand.sleep]).toEqual([false, null])
  chart.due = 0
  hand.frames.wake()
  hand.frame()
  expect(chart.drawings).toBe(2)
})

test('what was removed is not drawn any more, and the others go on', () => {
  const hand = new Hand()
  const [left, stays] = [hand.chart(1), hand.chart(1)]
  const remove = hand.frames.add(left)
  hand.frames.add(stays)
  hand.frame()
  remove()
  hand.frame()
  expect([left.drawings, stays.drawings]).toEqual([1, 2])
})

test('a drawing that throws is reported, and keeps nobody from being drawn', () => {
  const hand = new Hand()
  const failing: Animated = {
    wait: () => 0,
    draw: () => {
      throw new Error('cannot be drawn')
    },
  }
  const chart = hand.chart(1)
  hand.frames.add(failing)
  hand.frames.add(chart)
  hand.frame()
  hand.frame()
  expect(chart.drawings).toBe(2)
  expect(hand.failures).toHaveLength(2)
})
