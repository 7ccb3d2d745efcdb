import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { Chart } from '../chart/chart.tsx'
import { type Bucket, type Drawing, drawingOf, latest } from '../chart/drawing.ts'
import { quantityText } from '../format/quantity.ts'
import { bucketTime } from '../format/time.ts'
import type { Connection } from '../live/connection.ts'
import type { KnownSeries } from '../live/known-series.ts'
import { type Live, watch } from '../live/watch.ts'
import { BucketTable } from './bucket-table.tsx'
import { Headline } from './headline.tsx'
import { IntervalChoice } from './interval-choice.tsx'
import { Legend } from './legend.tsx'
import { LiveBadge } from './live-badge.tsx'
import { Notice } from './notice.tsx'
import { OperationView } from './operation-view.tsx'
import { ValueChips } from './value-chips.tsx'
import './series-panel.css'

interface Props {
  readonly connection: Connection
  readonly series: KnownSeries
  readonly interval: string
  chooseInterval(interval: string): void
}

/** One live series, large: what it is, its current value, its chart, and the operation that feeds it. */
export function SeriesPanel({ connection, series, interval, chooseInterval }: Props) {
  const { name, definition } = series
  const { type, valueType, unit } = definition
  const drawing = useMemo(() => drawingOf({ type, valueType, unit }), [type, valueType, unit])
  const live = useLive(connection, drawing, name, interval)
  const pointed = useSignal<number | null>(null)

  const buckets = live?.window.value?.buckets ?? nothing
  const fault = live?.fault.value ?? null
  const current = latest(drawing, buckets, Date.now() / 1000)
  const told = buckets.find(({ timestamp }) => timestamp === pointed.value) ?? current
  const span = spanOf(buckets)
  const state = connection.state.value
  const stale = state.kind !== 'live' || fault !== null

  return (
    <main class={stale ? 'panel stale' : 'panel'}>
      <header>
        <div>
          <h1>{name}</h1>
          {definition.description && <p class="description">{definition.description}</p>}
        </div>
        <LiveBadge connection={state} fault={fault} />
        <IntervalChoice intervals={definition.intervals} chosen={interval} choose={chooseInterval} />
      </header>
      <Headline drawing={drawing} bucket={current} />
      <figure>
        {drawing.lines.length > 0 && (
          <Chart
            label={`${name} by ${interval}`}
            drawing={drawing}
            buckets={buckets}
            span={span}
            pointed={pointed}
            pointedText={spoken(drawing, told)}
          />
        )}
        <Notice
          connection={state}
          fault={fault}
          content={!live?.window.value ? 'none yet' : current ? 'something' : 'nothing'}
          span={span}
        />
      </figure>
      <Legend drawing={drawing} bucket={told} buckets={buckets} />
      {drawing.values && <ValueChips values={drawing.values} buckets={buckets} />}
      <BucketTable caption={`${name} by ${interval}`} drawing={drawing} buckets={buckets} />
      <OperationView document={drawing.document.toString()} variables={{ name, interval }} />
    </main>
  )
}

const nothing: readonly Bucket[] = []

function useLive(
  connection: Connection,
  drawing: Drawing,
  name: string,
  interval: string,
): Live<Bucket> | null {
  const [live, setLive] = useState<Live<Bucket> | null>(null)
  useEffect(() => {
    const started = watch(connection, drawing.document, { name, interval })
    setLive(started)
    return started.stop
  }, [connection, drawing, name, interval])
  return live
}

/** Seconds from the start of the first bucket to the end of the last. */
function spanOf(buckets: readonly Bucket[]): number {
  const first = buckets[0]
  const last = buckets.at(-1)
  return first && last ? last.timestamp + last.seconds - first.timestamp : 60
}

function spoken({ lines, unit }: Drawing, bucket: Bucket | undefined): string {
  if (!bucket) return 'no data'
  const values = lines.map((line) => {
    const value = line.of(bucket)
    return `${line.label} ${value === null ? 'none' : quantityText(value, unit)}`
  })
  return `${bucketTime(bucket)}: ${values.join(', ')}`
}
