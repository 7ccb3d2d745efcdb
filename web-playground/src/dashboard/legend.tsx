import { type ReadonlySignal, useComputed } from '@preact/signals'
import { bucketAt, type Drawing, type Line, newest, numbersOf } from '../chart/drawing.ts'
import { lineText, timeText } from '../chart/spoken.ts'
import { quantityText } from '../format/quantity.ts'
import type { Series } from '../server/series.ts'
import './legend.css'

interface Props {
  readonly drawing: Drawing
  readonly series: ReadonlySignal<Series>
  /** Unix seconds under the pointer; null: the newest that is settled is told */
  readonly cursor: ReadonlySignal<number | null>
}

/** Each line with its value under the cursor, and the figures of all that is shown. Its texts change, and nothing else. */
export function Legend({ drawing, series, cursor }: Props) {
  const index = useComputed(() => {
    const at = cursor.value === null ? -1 : bucketAt(series.value, cursor.value)
    return at === -1 ? newest(drawing, series.value, Date.now() / 1000) : at
  })
  const time = useComputed(() => (index.value === -1 ? '–' : timeText(series.value, index.value)))
  const figures = useComputed(() => drawing.summary(series.value))
  return (
    <div class="legend">
      <dl class="lines">
        {drawing.lines.map((line) => (
          <div key={line.label} class={swatchOf(drawing, line)}>
            <dt>{line.label}</dt>
            <LineValue line={line} series={series} index={index} />
          </div>
        ))}
        <div class="time">
          <dt>at</dt>
          <dd>{time}</dd>
        </div>
      </dl>
      <dl class="figures">
        {figures.peek().map(({ label }) => (
          <div key={label}>
            <dt>{label}</dt>
            <FigureValue label={label} figures={figures} />
          </div>
        ))}
      </dl>
    </div>
  )
}

interface LineValueProps {
  readonly line: Line
  readonly series: ReadonlySignal<Series>
  readonly index: ReadonlySignal<number>
}

function LineValue({ line, series, index }: LineValueProps) {
  const text = useComputed(() => lineText(line, numbersOf(series.value, line)[index.value] ?? null))
  return <dd>{text}</dd>
}

interface FigureValueProps {
  readonly label: string
  readonly figures: ReadonlySignal<ReturnType<Drawing['summary']>>
}

function FigureValue({ label, figures }: FigureValueProps) {
  const text = useComputed(() => {
    const figure = figures.value.find((each) => each.label === label)
    return figure?.value == null ? '–' : quantityText(figure.value, figure.unit)
  })
  return <dd>{text}</dd>
}

function swatchOf({ shape }: Drawing, { colour }: Line): string {
  if (shape === 'bars') return 'swatch-bars'
  return colour === '--line-2' ? 'swatch-2' : 'swatch-1'
}
