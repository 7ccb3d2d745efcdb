import { checkBucket, count, range as starts } from './calendar/index.ts'
import { KairosError } from './errors.ts'
import type { Interval } from './interval.ts'

/** Which steps to read. Times are Unix seconds. */
export interface RangeOptions {
  /** Alone: `steps` from the step that holds it. With `end`: every step between, both included. */
  readonly start?: number | undefined
  /** Alone: `steps` up to and with the step that holds it. Neither: up to now. */
  readonly end?: number | undefined
  /** How many steps; absent or 0: the interval's `steps`, or 1 where it keeps all. */
  readonly steps?: number | undefined
}

/** The most steps that one read covers, whatever a caller allows. */
const MOST_STEPS = 1_000_000

/**
 * The steps of a read, oldest first. With both `start` and `end`, `steps` is ignored; where `start` is
 * after `end`, the step of `start` alone is read.
 */
export function stepsOf(interval: Interval, options: RangeOptions, now: number): number[] {
  return withinTime(() => rangeOf(interval, options, now))
}

function rangeOf(interval: Interval, options: RangeOptions, now: number): number[] {
  const { step } = interval
  const steps = checkedSteps(options.steps || interval.steps || 1)
  const start = options.start === undefined ? undefined : step.floor(checkedTime('start', options.start))
  const end = options.end === undefined ? undefined : step.floor(checkedTime('end', options.end))
  const first = start ?? step.offset(end ?? step.floor(now), 1 - steps)
  const last = end ?? (start === undefined ? step.floor(now) : step.offset(start, steps - 1))
  return between(interval, checkBucket(step, first), checkBucket(step, Math.max(first, last)))
}

function between(interval: Interval, first: number, last: number): number[] {
  if (count(interval.step, first, last) > MOST_STEPS) {
    throw new KairosError('RANGE_TOO_LARGE', `a read covers at most ${MOST_STEPS} steps`)
  }
  return starts(interval.step, first, last)
}

function checkedSteps(steps: number): number {
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new KairosError('BAD_USER_INPUT', `steps must be a whole number above 0, not ${steps}`)
  }
  if (steps > MOST_STEPS) {
    throw new KairosError('RANGE_TOO_LARGE', `a read covers at most ${MOST_STEPS} steps`)
  }
  return steps
}

/** The calendar throws RangeError where a step would lie beyond time: to a caller that is BAD_USER_INPUT. */
export function withinTime<R>(f: () => R): R {
  try {
    return f()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new KairosError('BAD_USER_INPUT', error.message, { cause: error })
  }
}

/** Beyond it a number of seconds is taken for milliseconds: 1e11 s is the year 5138. */
const LATEST = 1e11

/** Throws BAD_USER_INPUT where `seconds` cannot be a point in time; `what` names it in the message. */
export function checkedTime(what: string, seconds: number): number {
  if (!Number.isFinite(seconds))
    throw new KairosError('BAD_USER_INPUT', `${what} must be a finite number of seconds`)
  if (Math.abs(seconds) > LATEST) {
    throw new KairosError(
      'BAD_USER_INPUT',
      `${what} is ${seconds} seconds: beyond ±1e11, it looks like milliseconds`,
    )
  }
  return seconds
}
