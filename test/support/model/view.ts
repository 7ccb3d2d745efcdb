import type { SeriesType } from '../../../src/kairos/index.ts'
import { Refused, Rows } from './agrees.ts'
import type { Read } from './data.ts'
import { globMatches } from './glob.ts'
import { type Interval, isDivided, type Range, startsOf, walk } from './interval.ts'
import { type Kept, rowsOf, stepsAt } from './step.ts'
import { type AnyTransform, type Present, presenter } from './transform.ts'

export interface ReadOptions {
  readonly condensed?: boolean
  readonly transform?: AnyTransform
}

export interface GetOptions extends ReadOptions {
  readonly timestamp?: number
}

export interface SeriesOptions extends ReadOptions, Range {
  readonly collapse?: boolean
}

export interface ViewOptions {
  readonly type: SeriesType
  readonly read: Read
  readonly intervals: readonly Interval[]
  readonly now: number
}

export type NameOrNames = string | readonly string[]

interface Extent {
  readonly first: number
  readonly last: number
}

/** What reads give where these values, in order of arrival, are all there is. */
export class View {
  readonly #kept: readonly Kept[]
  readonly #options: ViewOptions

  constructor(kept: readonly Kept[], options: ViewOptions) {
    this.#kept = kept
    this.#options = options
  }

  get(names: NameOrNames, intervalName: string, options: GetOptions = {}): Rows {
    const { timestamp = this.#options.now, condensed = false, transform } = options
    const interval = this.#interval(intervalName)
    const present = this.#present(transform)
    const steps = this.#steps(names, interval, [interval.step.floor(timestamp)])
    return new Rows(steps.flatMap((step) => rowsOf(step, condensed, present)))
  }

  series(names: NameOrNames, intervalName: string, options: SeriesOptions = {}): Rows {
    const { condensed = false, collapse = false, transform } = options
    const interval = this.#interval(intervalName)
    const present = this.#present(transform)
    const steps = this.#steps(names, interval, startsOf(interval, options, this.#options.now))
    if (collapse) {
      const seconds = steps.reduce((sum, step) => sum + step.seconds, 0)
      const parts = steps.flatMap((step) => step.parts)
      return new Rows([[steps[0]?.start ?? Number.NaN, present(parts, seconds)]])
    }
    return new Rows(
      steps.flatMap((step) => {
        const rows = rowsOf(step, condensed, present)
        return condensed || !isDivided(interval) ? rows : [[step.start, new Rows(rows)]]
      }),
    )
  }

  /** All that an iteration gives. */
  iterate(
    names: NameOrNames,
    intervalName: string,
    options: ReadOptions = {},
  ): [start: number, data: unknown][] {
    const { condensed = false, transform } = options
    const interval = this.#interval(intervalName)
    const present = this.#present(transform)
    const steps = this.#steps(names, interval, this.extent(names, intervalName))
    return steps.flatMap((step) => rowsOf(step, condensed, present))
  }

  /** The starts of all steps from the oldest with data to the newest. */
  extent(names: NameOrNames, intervalName: string): number[] {
    const extents = [names].flat().flatMap((name) => this.properties(name).get(intervalName) ?? [])
    if (extents.length === 0) return []
    const first = Math.min(...extents.map((extent) => extent.first))
    const last = Math.max(...extents.map((extent) => extent.last))
    return walk(this.#interval(intervalName).step, first, last)
  }

  names({ match = '**' }: { readonly match?: string } = {}): ReadonlySet<string> {
    return new Set(this.#kept.map(({ name }) => name).filter((name) => globMatches(match, name)))
  }

  properties(name: string): ReadonlyMap<string, Extent> {
    const extents = this.#options.intervals.map((interval): [string, Extent][] => {
      const ours = this.#kept.filter((each) => each.name === name && each.interval === interval)
      const starts = ours.map(({ timestamp }) => interval.step.floor(timestamp))
      return ours.length === 0
        ? []
        : [[interval.name, { first: Math.min(...starts), last: Math.max(...starts) }]]
    })
    return new Map(extents.flat())
  }

  #interval(name: string): Interval {
    const interval = this.#options.intervals.find((each) => each.name === name)
    if (!interval) throw new Refused('UNKNOWN_INTERVAL')
    return interval
  }

  #present(transform: AnyTransform): Present {
    return presenter(this.#options.type, this.#options.read, transform)
  }

  #steps(names: NameOrNames, interval: Interval, starts: readonly number[]) {
    return stepsAt(starts, interval, [names].flat(), this.#kept)
  }
}
