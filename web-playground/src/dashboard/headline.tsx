import { type ReadonlySignal, useComputed } from '@preact/signals'
import { type Drawing, newest, numbersOf } from '../chart/drawing.ts'
import { quantity } from '../format/quantity.ts'
import type { Series } from '../server/series.ts'
import './headline.css'

interface Props {
  readonly drawing: Drawing
  readonly series: ReadonlySignal<Series>
}

/** The newest value that is settled, large. */
export function Headline({ drawing, series }: Props) {
  const told = useComputed(() => {
    const at = newest(drawing, series.value, Date.now() / 1000)
    const [line] = drawing.lines
    if (at === -1) return { number: '–', unit: '' }
    const value = line && !line.truth ? (numbersOf(series.value, line)[at] ?? null) : null
    if (line && value !== null) return quantity(value, line.unit)
    return { number: drawing.words?.(series.value, at).join(', ') || '–', unit: '' }
  })
  const number = useComputed(() => told.value.number)
  const unit = useComputed(() => told.value.unit)
  return (
    <p class="headline">
      <strong>{number}</strong> <span>{unit}</span>
    </p>
  )
}
