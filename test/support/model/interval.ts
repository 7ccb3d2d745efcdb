import type { IntervalOptions, SeriesType, TimeseriesOptions } from '../../../src/kairos/index.ts'
import { type Division, division } from './division.ts'

export type LayoutName = NonNullable<TimeseriesOptions<SeriesType, unknown>['layout']>

/** An interval by the divisions of time that it is made of. */
export interface Interval {
  readonly name: string
  readonly steps: number | undefined
  readonly step: Division
  /** by which data are recorded: the resolution, or else the step */
  readonly finest: Division
}

export interface Range {
  readonly start?: number
  readonly end?: number
  readonly steps?: number
}

export function understood(
  intervals: Readonly<Record<string, IntervalOptions>>,
  layout: LayoutName,
): readonly Interval[] {
  return Object.entries(intervals).map(
    ([name, { step, steps, resolution = step, timeZone = 'UTC', weekStart = 'monday' }]) => {
      const weekly = layout === 'kairos' ? 'kairos' : weekStart
      return {
        name,
        steps,
        step: division(step, timeZone, weekly),
        finest: division(resolution, timeZone, weekly),
      }
    },
  )
}

/** Whether an interval has a resolution of its own. */
export function isDivided({ step, finest }: Interval): boolean {
  return step.id !== finest.id
}

/** Whether the step that holds `timestamp` has left the interval's `steps` by `now`, or so many steps more. */
export function hasLeft({ step, steps }: Interval, timestamp: number, now: number, more = 0): boolean {
  return steps !== undefined && step.offset(step.floor(timestamp), steps + more) <= now
}

/** The steps from the one that starts at `first` to the one that starts at `last`, which is not before it. */
export function walk({ offset }: Division, first: number, last: number): number[] {
  const starts = [first]
  for (let start = first; start < last; starts.push(start)) start = offset(start, 1)
  return starts
}

/** The steps of a range. */
export function startsOf(interval: Interval, { start, end, steps }: Range, now: number): number[] {
  const { floor, offset } = interval.step
  const others = (steps || interval.steps || 1) - 1
  if (start === undefined) {
    const last = floor(end ?? now)
    return walk(interval.step, offset(last, -others), last)
  }
  const first = floor(start)
  return walk(interval.step, first, end === undefined ? offset(first, others) : floor(end))
}
