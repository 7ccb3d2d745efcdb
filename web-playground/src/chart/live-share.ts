import type { Columns, SeriesData } from 'kairos/client'

type Window = Pick<SeriesData<Columns>, 'timestamps' | 'end' | 'columns'>

/** However young a series is, so much of its window is seen. */
export const leastShare = 1 / 5

/** What is seen before the first bucket that holds something: a part of the window, but no fewer than so many buckets. */
const leadShare = 1 / 20
const leadBuckets = 2

/** Of what is left of the way, a movement's first part takes so many seconds; its slowest is so much of the window in a second. */
const easing = 0.12
const slowest = 0.4

/** A frame, however long ago the one before was, moves no farther than in so many seconds. */
const longestFrame = 0.05

/**
 * How much of its window, as a share from `leastShare` to 1, a live chart shows at `now`: not what lies long before the first
 * bucket that holds a value. All of it where none does. Times are Unix seconds.
 */
export function liveShare({ timestamps, end, columns: { count = [] } }: Window, now: number): number {
  const [start = end, second = end] = timestamps
  const length = end - start
  const first = timestamps[count.findIndex((each) => each !== null && each > 0)]
  if (first === undefined || length <= 0) return 1
  const lead = Math.max(leadShare * length, leadBuckets * (second - start))
  return Math.max(leastShare, Math.min(1, (now - first + lead) / length))
}

/** The share to show `seconds` after another one: on the way to what it should be, without a jump, and soon there. */
export function movedShare(shown: number, wanted: number, seconds: number): number {
  const time = Math.min(seconds, longestFrame)
  const way = wanted - shown
  const step = Math.max(slowest * time, Math.abs(way) * (1 - Math.exp(-time / easing)))
  return Math.abs(way) <= step ? wanted : shown + Math.sign(way) * step
}
