import { divides, type Step } from '../calendar/index.ts'
import { bucketsOfStep, finest, hasLeft, type Interval } from '../interval.ts'

/** The most buckets that share a key: so few that Redis finds one quickly, so many that the key itself weighs little. */
const MOST_BUCKETS = 60

/** No slot is higher: calendars stretch a chunk, at worst where a zone's day has 48 hours. */
export const LAST_SLOT = 3 * MOST_BUCKETS

/** Where a bucket lies. */
export interface Spot {
  /** names the chunk within its interval */
  readonly chunk: string
  /** start of the last step of which the chunk holds buckets */
  readonly last: number
  /** the bucket's place in the chunk, from 0 */
  readonly slot: number
}

/** What a chunk may hold of the steps that were asked for. */
export interface Span {
  readonly chunk: string
  /** the slots of their buckets, both included */
  readonly from: number
  readonly to: number
}

/** The chunks of a read that have a number in common: one, or all parts of a step. */
export interface Page {
  readonly number: number
  /** the slots that are asked for, both included */
  readonly from: number
  readonly to: number
  /** which of the steps that are read, by their places: both included */
  readonly first: number
  readonly last: number
  /** Where a step is one bucket, its slot. */
  slotOf(step: number): number
  /** The bucket of a slot: its start, and that of the step it lies in; undefined where there is none. */
  placeOf(part: number, slot: number): { readonly step: number; readonly start: number } | undefined
}

/**
 * Which buckets of an interval share a key. A chunk is some whole steps, at most an eighth of the interval's `steps`, so
 * that it does not outlive them for long; where a step has more buckets than a chunk may, it is a part of one step:
 *
 *     chunk = ⌊index of the step ÷ steps in a chunk⌋, and a dot with the number of the part where steps are cut
 *     slot  = index of the bucket − index of the first bucket in the chunk
 */
export class Chunks {
  readonly #interval: Interval
  readonly #finest: Step
  /** steps in a chunk */
  readonly #steps: number
  /** whether a chunk is a part of one step */
  readonly cut: boolean

  constructor(interval: Interval) {
    this.#interval = interval
    this.#finest = finest(interval)
    const buckets = bucketsOfStep(interval)
    this.cut = buckets > MOST_BUCKETS
    this.#steps = stepsOfChunk(interval, buckets)
  }

  /** Those of an interval, made once. */
  static of(interval: Interval): Chunks {
    const known = made.get(interval) ?? new Chunks(interval)
    made.set(interval, known)
    return known
  }

  /** What must not change while data are stored: whole steps in a chunk, or 0 where steps are cut. */
  get geometry(): number {
    return this.cut ? 0 : this.#steps
  }

  locate(step: number, start: number): Spot {
    const number = this.#numberOf(step)
    const offset = this.#finest.index(start) - this.#base(number)
    if (!this.cut) return { chunk: String(number), last: this.#last(number), slot: offset }
    const part = Math.floor(offset / MOST_BUCKETS)
    return { chunk: `${number}.${part}`, last: step, slot: offset - part * MOST_BUCKETS }
  }

  /** The chunks in which buckets of these steps lie; `steps` are ascending, and those that have left by `now` are passed over. */
  pages(steps: readonly number[], now: number): readonly Page[] {
    const pages: Page[] = []
    let at = 0
    while (at < steps.length && hasLeft(this.#interval, steps[at] ?? 0, now)) at += 1
    while (at < steps.length) {
      const first = at
      const number = this.#numberOf(steps[first] ?? 0)
      while (at < steps.length && this.#numberOf(steps[at] ?? 0) === number) at += 1
      pages.push(this.#page(number, steps, first, at - 1))
    }
    return pages
  }

  /** Every chunk in which buckets of these steps may lie, which follow one another. */
  spans(steps: readonly number[]): readonly Span[] {
    return this.pages(steps, Number.NEGATIVE_INFINITY).flatMap(({ number, from, to, last }): Span[] => {
      if (!this.cut) return [{ chunk: String(number), from, to }]
      const { index, floor } = this.#finest
      const end = this.#interval.step.offset(steps[last] ?? 0, 1)
      const highest = index(floor(end - 1)) - this.#base(number)
      return Array.from({ length: Math.floor(highest / MOST_BUCKETS) + 1 }, (_, part) => ({
        chunk: `${number}.${part}`,
        from: 0,
        to: Math.min(MOST_BUCKETS - 1, highest - part * MOST_BUCKETS),
      }))
    })
  }

  /** The steps of which a chunk holds buckets, or where it is given those of a slot; undefined where no chunk is named so. */
  stepsOf(chunk: string, slot?: string): readonly number[] | undefined {
    const [, digits, part] = /^(-?\d{1,16})(?:\.(\d{1,16}))?$/.exec(chunk) ?? []
    if (digits === undefined || (part !== undefined) !== this.cut) return undefined
    if (slot !== undefined && !/^\d{1,16}$/.test(slot)) return undefined
    const number = Number(digits)
    const steps = Array.from({ length: this.#steps }, (_, i) =>
      this.#interval.step.at(number * this.#steps + i),
    ).filter((step) => step !== undefined)
    if (steps.length === 0) return undefined
    if (slot === undefined || this.#steps === 1) return steps
    const start = this.#finest.at(this.#base(number) + Number(slot))
    return start === undefined ? [] : [this.#interval.step.floor(start)]
  }

  /** The number of the oldest chunk that has not left by `now`; `-inf` where all are kept. */
  oldest(now: number): number | '-inf' {
    const { step, steps } = this.#interval
    if (steps === null) return '-inf'
    try {
      return this.#numberOf(step.offset(step.floor(now), 1 - steps))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return '-inf' // it reaches back to before all time
    }
  }

  #numberOf(step: number): number {
    return Math.floor(this.#interval.step.index(step) / this.#steps)
  }

  /** The index of the first bucket of the first step. */
  #base(number: number): number {
    const { step } = this.#interval
    if (this.#finest === step) return number * this.#steps
    const first = this.#first(number)
    return this.#finest.index(this.#finest.floor(first))
  }

  /** A day that a zone left out is no step: then the next one is the first, and the one before the last. */
  #first(number: number): number {
    for (let index = number * this.#steps; ; index += 1) {
      const step = this.#interval.step.at(index)
      if (step !== undefined) return step
    }
  }

  #last(number: number): number {
    for (let index = (number + 1) * this.#steps - 1; ; index -= 1) {
      const step = this.#interval.step.at(index)
      if (step !== undefined) return step
    }
  }

  #page(number: number, steps: readonly number[], first: number, last: number): Page {
    const base = this.#base(number)
    const { index, floor } = this.#finest
    const start = steps[first] ?? 0
    const end = this.#interval.step.offset(steps[last] ?? 0, 1)
    return {
      number,
      from: this.cut ? 0 : index(floor(start)) - base,
      to: this.cut ? MOST_BUCKETS - 1 : index(floor(end - 1)) - base,
      first,
      last,
      slotOf: (step) => index(step) - base,
      placeOf: (part, slot) => this.#placeOf(base + part * MOST_BUCKETS + slot, start),
    }
  }

  /** `only` is the step where a chunk is one: then a bucket may begin before it. */
  #placeOf(index: number, only: number): { readonly step: number; readonly start: number } | undefined {
    const start = this.#finest.at(index)
    if (start === undefined) return undefined
    return { step: this.#steps === 1 ? only : this.#interval.step.floor(start), start }
  }
}

const made = new WeakMap<Interval, Chunks>()

function stepsOfChunk(interval: Interval, buckets: number): number {
  const eighth = interval.steps === null ? Number.POSITIVE_INFINITY : Math.floor(interval.steps / 8)
  const steps = Math.max(1, Math.min(Math.floor(MOST_BUCKETS / buckets), eighth))
  return steps === 1 || !mayStraddle(interval) ? steps : 1
}

/**
 * Whether a bucket may lie in two steps. Then it belongs to each of them apart, so these cannot share a chunk. Clocks of any
 * zone but UTC once went by odd seconds, whatever they do now.
 */
function mayStraddle({ step, resolution, timeZone }: Interval): boolean {
  if (resolution === null) return false
  const mixed = (step.seconds === undefined) !== (resolution.seconds === undefined)
  return (mixed && timeZone !== 'UTC') || !divides(resolution, step)
}
