import { parseStep, type Step } from './calendar/index.ts'
import { KairosError } from './errors.ts'

/** How an interval is configured. */
export interface IntervalOptions {
  /** length of a bucket: seconds, a duration as `1h 30d 2w 1m 1y` (a month has 30 days, a year 365), or daily, weekly, monthly, yearly */
  readonly step: number | string
  /** how many steps are kept before they expire; absent: for ever */
  readonly steps?: number | undefined
  /** how finely a step is divided, as `step`; absent: not at all */
  readonly resolution?: number | string | undefined
  /** IANA zone of calendar steps; default UTC */
  readonly timeZone?: string | undefined
}

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

/** Whether the bucket that starts at `bucket` has left the interval's `steps` at `now`. */
export function hasLeft(interval: Interval, bucket: number, now: number): boolean {
  return interval.steps !== null && interval.step.offset(bucket, interval.steps) <= now
}

/** By name, in the order given. Throws BAD_USER_INPUT where an option cannot be understood, or there is no interval. */
export function compileIntervals(
  options: Readonly<Record<string, IntervalOptions>>,
): ReadonlyMap<string, Interval> {
  const intervals = Object.entries(options).map(([name, interval]) => compileInterval(name, interval))
  if (intervals.length === 0)
    throw new KairosError('BAD_USER_INPUT', 'a time series needs at least one interval')
  return new Map(intervals.map((interval) => [interval.name, interval]))
}

function compileInterval(name: string, options: IntervalOptions): Interval {
  const { steps = null, timeZone = 'UTC' } = options
  if (name === '' || name.includes(':')) throw fault(name, 'its name must not be empty or contain ":"')
  if (steps !== null && !(Number.isSafeInteger(steps) && steps > 0)) {
    throw fault(name, `steps must be a whole number above 0, not ${steps}`)
  }
  const step = parse(name, options.step, timeZone)
  const resolution = options.resolution === undefined ? step : parse(name, options.resolution, timeZone)
  return {
    name,
    step,
    steps,
    resolution: resolution.id === step.id ? null : resolution,
    timeZone,
  }
}

function parse(name: string, text: number | string, timeZone: string): Step {
  try {
    return parseStep(text, { timeZone })
  } catch (error) {
    throw fault(name, error instanceof Error ? error.message : String(error), error)
  }
}

function fault(name: string, message: string, cause?: unknown): KairosError {
  return new KairosError('BAD_USER_INPUT', `interval "${name}": ${message}`, { cause })
}
