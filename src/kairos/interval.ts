import { parseStep, type Step } from './calendar/index.ts'
import { KairosError } from './errors.ts'

/** How an interval is configured. */
export interface IntervalOptions {
  /** length of a bucket: seconds, a duration as `1h 30d 2w 1m 1y` (a month has 30 days, a year 365), or daily, weekly, monthly, yearly */
  readonly step: number | string
  /** how many steps are kept before they expire; absent or 0: for ever */
  readonly steps?: number | undefined
  /** how finely a step is divided, as `step`; absent: not at all */
  readonly resolution?: number | string | undefined
  /** IANA zone of calendar steps; default UTC */
  readonly timeZone?: string | undefined
  /** with which day weeks begin, in layout packed; default monday */
  readonly weekStart?: WeekStart | undefined
}

export type WeekStart = 'monday' | 'sunday'

/** `whole`, from a day of the week on, or `split` at New Year and numbered as the Python library does. */
export type Weeks = 'whole' | 'split'

/** A named division of time, and how long its buckets are kept. */
export interface Interval {
  readonly name: string
  readonly step: Step
  /** null keeps buckets for ever */
  readonly steps: number | null
  /** null where a step is not divided: then a bucket's data are in one key */
  readonly resolution: Step | null
  /** IANA zone of calendar steps */
  readonly timeZone: string
}

/** The step by which an interval's data are recorded: its resolution, or else its step. */
export function finest(interval: Interval): Step {
  return interval.resolution ?? interval.step
}

/** How many finest buckets the step at the epoch has; others of a calendar have about as many. */
export function bucketsOfStep(interval: Interval): number {
  const { index, floor } = finest(interval)
  const first = interval.step.floor(0)
  const last = interval.step.offset(first, 1) - 1
  return index(floor(last)) - index(floor(first)) + 1
}

/** When the step that starts at `start` leaves the interval's `steps`, in Unix seconds; null where it never does within time. */
export function untilLeft({ step, steps }: Interval, start: number): number | null {
  if (steps === null) return null
  try {
    return step.offset(start, steps)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return null
  }
}

/** Whether the step that starts at `start` has left the interval's `steps` at `now`. */
export function hasLeft(interval: Interval, start: number, now: number): boolean {
  const until = untilLeft(interval, start)
  return until !== null && until <= now
}

/**
 * By name, in the order given; `weeks` is how the layout has them. Throws BAD_USER_INPUT where an option cannot be
 * understood, or there is no interval.
 */
export function compileIntervals(
  options: Readonly<Record<string, IntervalOptions>>,
  weeks: Weeks,
): ReadonlyMap<string, Interval> {
  const intervals = Object.entries(options).map(([name, interval]) => compileInterval(name, interval, weeks))
  if (intervals.length === 0)
    throw new KairosError('BAD_USER_INPUT', 'a time series needs at least one interval')
  return new Map(intervals.map((interval) => [interval.name, interval]))
}

function compileInterval(name: string, options: IntervalOptions, weeks: Weeks): Interval {
  const { timeZone = 'UTC', weekStart } = options
  const steps = options.steps || null
  if (name === '' || name.includes(':')) throw fault(name, 'its name must not be empty or contain ":"')
  if (steps !== null && !(Number.isSafeInteger(steps) && steps > 0)) {
    throw fault(name, `steps must be a whole number, not ${steps}`)
  }
  if (weekStart !== undefined && weeks === 'split') throw fault(name, 'weekStart is for layout packed')
  const weekly = weeks === 'split' ? 'kairos' : (weekStart ?? 'monday')
  const parse = (text: number | string): Step => {
    try {
      return parseStep(text, { timeZone, weekly })
    } catch (error) {
      throw fault(name, error instanceof Error ? error.message : String(error), error)
    }
  }
  const step = parse(options.step)
  const resolution = options.resolution === undefined ? step : parse(options.resolution)
  return { name, step, steps, resolution: resolution.id === step.id ? null : resolution, timeZone }
}

function fault(name: string, message: string, cause?: unknown): KairosError {
  return new KairosError('BAD_USER_INPUT', `interval "${name}": ${message}`, { cause })
}
