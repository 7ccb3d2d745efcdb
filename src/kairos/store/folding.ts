import type { Step } from '../calendar/index.ts'

/** Neighbouring buckets that become one, aligned to the time axis, so that they are the same wherever a window begins. */
export interface Folding {
  /** buckets in each of them */
  readonly factor: number
  /** Start of the first bucket of the one that holds the bucket at `start`. */
  startOf(start: number): number
  /** Where the one that holds the bucket at `start` ends. */
  endOf(start: number): number
}

/**
 * How many neighbours become one, so that of `buckets` at most `most` remain wherever the axis cuts them: the ends of the
 * range share theirs with buckets beyond it. It follows from these numbers alone, so that it stays when a window moves on.
 */
export function foldingFactor(buckets: number, most: number): number {
  if (buckets <= most) return 1
  return most === 1 ? Number.POSITIVE_INFINITY : Math.ceil((buckets - 1) / (most - 1))
}

/** Of `factor` neighbours on the axis of `unit`; all there are where it is infinite. */
export function folding(unit: Step, factor: number, first: number, last: number): Folding {
  if (factor === Number.POSITIVE_INFINITY) {
    const end = unit.offset(last, 1)
    return { factor: unit.distance(first, last) + 1, startOf: () => first, endOf: () => end }
  }
  const groupOf = (start: number) => Math.floor(unit.index(start) / factor)
  return {
    factor,
    startOf: (start) => startAt(unit, groupOf(start) * factor, start),
    endOf: (start) => unit.offset(lastAt(unit, (groupOf(start) + 1) * factor - 1, start), 1),
  }
}

/** Start of the first bucket from `index` on; a day that a zone left out is none. `known` lies further on. */
function startAt(unit: Step, index: number, known: number): number {
  for (let at = index; at < unit.index(known); at += 1) {
    const start = unit.at(at)
    if (start !== undefined) return start
  }
  return known
}

function lastAt(unit: Step, index: number, known: number): number {
  for (let at = index; at > unit.index(known); at -= 1) {
    const start = unit.at(at)
    if (start !== undefined) return start
  }
  return known
}
