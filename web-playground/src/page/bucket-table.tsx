import { useState } from 'preact/hooks'
import type { Bucket, Drawing } from '../chart/drawing.ts'
import { quantityText } from '../format/quantity.ts'
import { bucketTime } from '../format/time.ts'
import './bucket-table.css'

/** Rows at most: a reader's need, and a bound on the work that every update makes. */
const rows = 100

interface Props {
  readonly caption: string
  readonly drawing: Drawing
  readonly buckets: readonly Bucket[]
}

/** The chart's numbers as a table, newest first, only buckets that hold something; built while it is open. */
export function BucketTable({ caption, drawing, buckets }: Props) {
  const [open, setOpen] = useState(false)
  return (
    <details class="bucket-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show as a table</summary>
      {open && <Rows caption={caption} drawing={drawing} buckets={buckets} />}
    </details>
  )
}

function Rows({ caption, drawing, buckets }: Props) {
  const { lines, values, unit } = drawing
  const filled = buckets.filter(
    (bucket) => lines.some((line) => (line.of(bucket) ?? 0) !== 0) || (values?.(bucket) ?? []).length > 0,
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table>
        <caption>
          {caption}: the newest {Math.min(rows, filled.length)} with data
        </caption>
        <thead>
          <tr>
            <th scope="col">time</th>
            {lines.map(({ label }) => (
              <th scope="col" key={label} class="number">
                {label}
              </th>
            ))}
            {values && <th scope="col">values</th>}
          </tr>
        </thead>
        <tbody>
          {filled
            .slice(-rows)
            .reverse()
            .map((bucket) => (
              <tr key={bucket.timestamp}>
                <th scope="row">{bucketTime(bucket)}</th>
                {lines.map((line) => {
                  const value = line.of(bucket)
                  return (
                    <td key={line.label} class="number">
                      {value === null ? '–' : quantityText(value, unit)}
                    </td>
                  )
                })}
                {values && <td>{values(bucket).join(', ')}</td>}
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  )
}
