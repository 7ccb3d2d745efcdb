import { bucketTime, zoneOf } from '../format/time.ts'
import type { Series } from '../server/series.ts'

/** When a bucket begins, no finer than it is; `14:03:27`, `3 Aug 2026`. */
export function bucketText({ timestamps, end, interval }: Series, index: number): string {
  const timestamp = timestamps[index] ?? 0
  const seconds = (timestamps[index + 1] ?? end) - timestamp
  return bucketTime({ timestamp, seconds }, zoneOf(seconds, interval))
}
