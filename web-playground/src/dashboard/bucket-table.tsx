import type { ReadonlySignal } from '@preact/signals'
import { type Drawing, numbersOf } from '../chart/drawing.ts'
import { lineText, timeText } from '../chart/spoken.ts'
import type { Series } from '../server/series.ts'
import './bucket-table.css'

/** Rows at most: a reader's need, and a bound on the work that an update makes. */
const most = 100

interface Props {
  readonly title: string
  readonly drawing: Drawing
  readonly series: ReadonlySignal<Series>
}

/** The chart's numbers as a table, newest first, of those buckets that hold something. */
export function BucketTable({ title, drawing, series }: Props) {
  const { lines, words } = drawing
  const { value } = series
  const columns = lines.map((line) => ({ line, numbers: numbersOf(value, line) }))
  const { count = [] } = value.columns
  const filled = value.timestamps.flatMap((_, index) => ((count[index] ?? 0) > 0 ? index : []))
  const caption = value.interval ? `${title} by ${value.interval.name}` : title
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="bucket-table" tabIndex={0} aria-label={`Table of ${caption}`}>
      <table>
        <caption>
          {caption}:{' '}
          {filled.length === 0 ? 'no data' : `the newest ${Math.min(most, filled.length)} with data`}
        </caption>
        <thead>
          <tr>
            <th scope="col">time</th>
            {lines.map(({ label }) => (
              <th scope="col" key={label} class="number">
                {label}
              </th>
            ))}
            {words && <th scope="col">values</th>}
          </tr>
        </thead>
        <tbody>
          {filled
            .slice(-most)
            .reverse()
            .map((index) => (
              <tr key={value.timestamps[index]}>
                <th scope="row">{timeText(value, index)}</th>
                {columns.map(({ line, numbers }) => (
                  <td key={line.label} class="number">
                    {lineText(line, numbers[index] ?? null)}
                  </td>
                ))}
                {words && <td>{words(value, index).join(', ')}</td>}
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  )
}
