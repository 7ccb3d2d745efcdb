import { checkTime, type Step } from './step.ts'

/** Length in seconds of the bucket that starts at `bucket`. */
export function width(step: Step, bucket: number): number {
  return step.offset(bucket, 1) - bucket
}

/** Returns `bucket`. Throws RangeError where it begins before all time or ends after it, so that it could not be read. */
export function checkBucket(step: Step, bucket: number): number {
  checkTime(bucket)
  checkTime(step.offset(bucket, 1) - 1)
  return bucket
}

/** How many buckets hold the times from `from` to `to`, both included; 0 where `to` is earlier. Nothing is listed for it. */
export function count(step: Step, from: number, to: number): number {
  return from <= to ? step.distance(step.floor(from), step.floor(to)) + 1 : 0
}

/**
 * Starts of the buckets that hold the times from `from` to `to`, both included, ascending; empty where `to` is earlier.
 * Throws RangeError, before it lists any, where they are more than `max`.
 */
export function range(step: Step, from: number, to: number, max = 1_000_000): number[] {
  const length = count(step, from, to)
  if (length > max) throw new RangeError(`${length} steps of ${step.label} are more than ${max}`)
  const first = step.floor(from)
  const starts: number[] = []
  for (let n = 0; n < length; n += 1) starts.push(step.offset(first, n))
  return starts
}

const YEAR_2000 = Date.UTC(2000, 0, 1) / 1000
const YEAR_2040 = Date.UTC(2040, 0, 1) / 1000

/**
 * Whether no bucket of `resolution` straddles a boundary of `step`. Where a calendar has a say this is tried for the
 * boundaries from 2000 to 2040: zones that had odd offsets only earlier would fail for times that hardly anybody records.
 */
export function divides(resolution: Step, step: Step): boolean {
  if (resolution.seconds !== undefined && step.seconds !== undefined)
    return step.seconds % resolution.seconds === 0
  let boundary = step.floor(YEAR_2000)
  while (resolution.floor(boundary) === boundary) {
    if (boundary > YEAR_2040) return true
    boundary = step.offset(boundary, 1)
  }
  return false
}
