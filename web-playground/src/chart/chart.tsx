import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Columns, SeriesData } from 'kairos/client'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { Drawing } from './drawing.ts'
import { LiveChart } from './live-chart.ts'
import './chart.css'

export interface ChartProps {
  readonly label: string
  readonly drawing: Drawing
  /** drawn when it changes, without rendering anything */
  readonly series: ReadonlySignal<SeriesData<Columns>>
  /** what is shown, in Unix seconds; null: live, the right edge is now */
  readonly range: ReadonlySignal<{ readonly from: number; readonly to: number } | null>
  /** the time under the pointer, in Unix seconds, which all charts share */
  readonly cursor: Signal<number | null>
  /** Called when a part of the chart was selected. */
  zoom(from: number, to: number): void
}

/**
 * A chart. Arrow keys, Home and End move the cursor, with shift ten buckets at once; Enter marks a time, and a second Enter selects
 * what lies between. The pointer does the same.
 */
export function Chart({ label, drawing, series, range, cursor, zoom }: ChartProps) {
  const element = useRef<HTMLDivElement>(null)
  const zoomed = useRef(zoom)
  zoomed.current = zoom
  const spoken = useMemo(
    () => ({ text: signal('no data'), now: signal(0), min: signal(0), max: signal(0) }),
    [],
  )

  useEffect(() => {
    if (!element.current) return
    const chart = new LiveChart(element.current, {
      drawing,
      series,
      range,
      cursor,
      spoken,
      zoom: (from, to) => zoomed.current(from, to),
    })
    return () => chart.destroy()
  }, [drawing, series, range, cursor, spoken])

  return (
    <div
      class="chart"
      ref={element}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={spoken.min}
      aria-valuemax={spoken.max}
      aria-valuenow={spoken.now}
      aria-valuetext={spoken.text}
    />
  )
}
