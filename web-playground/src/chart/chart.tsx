import { signal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { type ChartSource, LiveChart } from './live-chart.ts'
import './chart.css'

interface ChartProps extends ChartSource {
  readonly label: string
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
