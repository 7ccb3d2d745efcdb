import type { Bucket, Value } from '../chart/drawing.ts'
import { bucketTime } from '../format/time.ts'
import './value-chips.css'

/** Chips at most; what was seen before that many others is left out. */
const chips = 60

interface Props {
  values(bucket: Bucket): readonly Value[]
  readonly buckets: readonly Bucket[]
}

/** The values of all buckets, the latest seen first, each with when that was. */
export function ValueChips({ values, buckets }: Props) {
  const lastSeen = new Map<Value, Bucket>()
  for (const bucket of buckets.toReversed()) {
    for (const value of values(bucket)) if (!lastSeen.has(value)) lastSeen.set(value, bucket)
  }
  if (lastSeen.size === 0) return null
  return (
    <ul class="chips" aria-label="Values, the latest first">
      {[...lastSeen].slice(0, chips).map(([value, bucket]) => (
        <li key={value}>
          {String(value)} <time>{bucketTime(bucket)}</time>
        </li>
      ))}
    </ul>
  )
}
