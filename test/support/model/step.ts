import type { Parts } from './data.ts'
import type { Division } from './division.ts'
import { type Interval, isDivided } from './interval.ts'
import type { Present } from './transform.ts'

/** One value in one interval: as it was recorded, or a copy of it. */
export interface Kept {
  readonly name: string
  readonly interval: Interval
  readonly timestamp: number
  readonly text: string
}

/** One step of an interval, and what is in it. */
export interface Step extends Bucket {
  readonly isDivided: boolean
  /** its finest buckets that hold anything, oldest first */
  readonly buckets: readonly Bucket[]
}

interface Bucket {
  readonly start: number
  readonly seconds: number
  readonly parts: Parts
}

/** Each of the steps that start at `starts`, with what is kept there under any of the names. */
export function stepsAt(
  starts: readonly number[],
  interval: Interval,
  names: readonly string[],
  kept: readonly Kept[],
): Step[] {
  const { step, finest } = interval
  const ours = kept.filter((each) => each.interval === interval && names.includes(each.name))
  const inStep = grouped(ours, step)
  return starts.map((start) => {
    const inBucket = grouped(inStep.get(start) ?? [], finest)
    const buckets = [...inBucket.keys()]
      .sort((a, b) => a - b)
      .map((at) => bucket(finest, at, inBucket.get(at) ?? [], names))
    const parts = buckets.flatMap((each) => each.parts)
    return { start, seconds: width(step, start), parts, isDivided: isDivided(interval), buckets }
  })
}

/** A step's rows: one of all of it, or one of each finest bucket. */
export function rowsOf(step: Step, condensed: boolean, present: Present): [start: number, data: unknown][] {
  const buckets = condensed || !step.isDivided ? [step] : step.buckets
  return buckets.map(({ start, seconds, parts }) => [start, present(parts, seconds)])
}

function bucket(division: Division, start: number, kept: readonly Kept[], names: readonly string[]): Bucket {
  const textsOf = (name: string) => kept.filter((each) => each.name === name).map(({ text }) => text)
  return { start, seconds: width(division, start), parts: names.map(textsOf) }
}

function width({ offset }: Division, start: number): number {
  return offset(start, 1) - start
}

/** By the start of the bucket that holds each, in the order given. */
function grouped(kept: readonly Kept[], { floor }: Division): Map<number, Kept[]> {
  const groups = new Map<number, Kept[]>()
  for (const each of kept) {
    const start = floor(each.timestamp)
    groups.set(start, [...(groups.get(start) ?? []), each])
  }
  return groups
}
