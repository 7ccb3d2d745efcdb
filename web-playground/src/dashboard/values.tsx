import type { ReadonlySignal } from '@preact/signals'
import type { Value } from 'kairos/client'
import type { Drawing } from '../chart/drawing.ts'
import { timeText } from '../chart/spoken.ts'
import type { Series } from '../server/series.ts'
import './values.css'

/** At most; what was seen before that many others is left out. */
const most = 60

interface Props {
  readonly words: NonNullable<Drawing['words']>
  readonly series: ReadonlySignal<Series>
}

/** The values of all buckets, the latest seen first, each with when that was. */
export function Values({ words, series }: Props) {
  const lastSeen = new Map<Value, number>()
  for (let index = series.value.timestamps.length - 1; index >= 0 && lastSeen.size < most; index--)
    for (const value of words(series.value, index)) if (!lastSeen.has(value)) lastSeen.set(value, index)
  return (
    <ul class="values" aria-label="Values, the latest first">
      {[...lastSeen].slice(0, most).map(([value, index]) => (
        <li key={value}>
          <span>{String(value)}</span> <time>{timeText(series.value, index)}</time>
        </li>
      ))}
    </ul>
  )
}
