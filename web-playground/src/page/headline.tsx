import type { Bucket, Drawing } from '../chart/drawing.ts'
import { quantity } from '../format/quantity.ts'
import { bucketTime } from '../format/time.ts'

interface Props {
  readonly drawing: Drawing
  /** the newest that says something; absent while nothing does */
  readonly bucket: Bucket | undefined
}

/** The current value, large, with what it is and when it was true. */
export function Headline({ drawing, bucket }: Props) {
  if (!bucket) return <p class="headline">–</p>
  const [main] = drawing.lines
  const value = main?.of(bucket) ?? null
  const { number, unit } =
    value === null ? { number: wordsOf(drawing, bucket), unit: '' } : quantity(value, drawing.unit)
  const when = bucketTime(bucket)
  return (
    <p class="headline">
      <strong>{number}</strong> {unit && <span class="unit">{unit}</span>}
      <small>
        {main?.label ?? 'value'} {drawing.shape === 'bars' ? 'from' : 'at'} <time>{when}</time>
      </small>
    </p>
  )
}

function wordsOf({ values }: Drawing, bucket: Bucket): string {
  return values?.(bucket).join(', ') ?? ''
}
