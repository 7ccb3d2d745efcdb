import type { Bucket, Drawing } from '../chart/drawing.ts'
import { quantityText } from '../format/quantity.ts'
import { bucketTime } from '../format/time.ts'
import './legend.css'

interface Props {
  readonly drawing: Drawing
  /** the bucket under the cursor, or the newest */
  readonly bucket: Bucket | undefined
  readonly buckets: readonly Bucket[]
}

/** Each line with its value under the cursor, and the figures of all that is shown. */
export function Legend({ drawing, bucket, buckets }: Props) {
  const { lines, unit } = drawing
  return (
    <div class="legend">
      <dl class="lines">
        {lines.map((line, index) => (
          <div key={line.label} class={drawing.shape === 'bars' ? 'swatch-bars' : `swatch-${index + 1}`}>
            <dt>{line.label}</dt>
            <dd>{told(bucket ? line.of(bucket) : null, unit)}</dd>
          </div>
        ))}
        {bucket && (
          <div>
            <dt>at</dt>
            <dd>
              <time>{bucketTime(bucket)}</time>
            </dd>
          </div>
        )}
      </dl>
      <dl class="figures">
        {drawing.summary(buckets).map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{told(value, unit)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function told(value: number | null, unit: string | null): string {
  return value === null ? '–' : quantityText(value, unit)
}
