import type { Interval } from '../server/definition.ts'
import { day, hour, minute, secondsOf } from '../server/step.ts'

/** So many of the newest steps. */
export interface StepChoice {
  readonly steps: number
  /** as a length of time: `last 5 minutes` */
  readonly label: string
}

/** Buckets of one chart at most, so that it is drawn in time; a day by the minute and two days of an hour in minutes are less. */
const mostBuckets = 3_000
/** Steps at most, of an interval that is not divided further. */
const mostSteps = 1_500
/** Buckets of a chart at most, unless something else is chosen: so that a single new value is seen. */
const usualBuckets = 300
/** Buckets that make a chart worth looking at. */
const fewestBuckets = 10

/** Lengths that people ask for: in seconds, in months where steps are months, and in years. */
const seconds = [1, 5, 15, 30]
  .map((count) => count * minute)
  .concat(
    [1, 3, 6, 12, 24].map((count) => count * hour),
    [2, 7, 14, 30, 90, 365, 2 * 365, 5 * 365].map((count) => count * day),
  )
const months = [12, 24, 60, 120, 240, 600]
const years = [10, 20, 50, 100]

/**
 * How far back one may look, the shortest first: round lengths of time, and all that the interval keeps where that is not too
 * much. `chosen` is among them, be it what it may.
 */
export function stepChoices(interval: Interval, chosen?: number): StepChoice[] {
  const { size, lengths } = unitOf(interval.step)
  const kept = interval.steps ?? Number.POSITIVE_INFINITY
  const buckets = bucketsPerStep(interval)
  const most = Math.min(kept, mostSteps, Math.floor(mostBuckets / buckets))
  const round = lengths
    .map((length) => length / size)
    .filter((steps) => Number.isInteger(steps) && steps <= most && steps * buckets >= fewestBuckets)
  const counts = new Set([...round, ...(kept <= most ? [kept] : []), ...(chosen ? [chosen] : [])])
  if (counts.size === 0) counts.add(Math.max(1, Math.min(most, fewestBuckets)))
  return [...counts].sort((a, b) => a - b).map((steps) => ({ steps, label: lastText(interval.step, steps) }))
}

/** What is shown unless something else is chosen: the longest in which single values are still seen. */
export function usualSteps(interval: Interval): number {
  const choices = stepChoices(interval)
  const most = usualBuckets / bucketsPerStep(interval)
  const chosen = choices.findLast(({ steps }) => steps <= most) ?? choices[0]
  return chosen?.steps ?? 1
}

/** `last 5 minutes`, `last hour`, `last 2 years`: the largest unit of which the steps make a whole number. */
export function lastText(step: string, steps: number): string {
  const { size, units } = unitOf(step)
  const length = steps * size
  const [name, unit] = units.find(([, unit]) => length % unit === 0) ?? ['second', 1]
  const count = length / unit
  if (name === 'day' && count === 1 && step !== 'daily') return 'last 24 hours'
  return count === 1 ? `last ${name}` : `last ${count.toLocaleString('en')} ${name}s`
}

/** Whether its steps are divided further. */
export function isDivided({ step, resolution }: Interval): boolean {
  return step !== resolution
}

interface Units {
  /** of one step, in the smallest of the units */
  readonly size: number
  readonly lengths: readonly number[]
  /** in which a length is told, the largest first */
  readonly units: readonly (readonly [string, number])[]
}

function unitOf(step: string): Units {
  if (step === 'monthly')
    return {
      size: 1,
      lengths: months,
      units: [
        ['year', 12],
        ['month', 1],
      ],
    }
  if (step === 'yearly') return { size: 1, lengths: years, units: [['year', 1]] }
  return {
    size: secondsOf(step),
    lengths: seconds,
    units: [
      ['year', 365 * day],
      ['day', day],
      ['hour', hour],
      ['minute', minute],
      ['second', 1],
    ],
  }
}

function bucketsPerStep({ step, resolution }: Interval): number {
  return Math.max(1, Math.round(secondsOf(step) / secondsOf(resolution)))
}
