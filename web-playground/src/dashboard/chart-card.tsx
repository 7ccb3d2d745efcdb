import { type ReadonlySignal, type Signal, useComputed, useSignal } from '@preact/signals'
import { Chart } from '../chart/chart.tsx'
import { timeRange } from '../format/time.ts'
import { OperationView } from '../operation/operation-view.tsx'
import type { Definitions } from '../server/definitions.ts'
import { nothing, type Series } from '../server/series.ts'
import type { Server } from '../server/server.ts'
import { type ChartView, type Range, titleOf } from '../view/view.ts'
import { BucketTable } from './bucket-table.tsx'
import type { ChartEntry } from './charts.ts'
import { Controls } from './controls.tsx'
import { Headline } from './headline.tsx'
import { JoinChoice } from './join-choice.tsx'
import { Legend } from './legend.tsx'
import { Notice } from './notice.tsx'
import { lastText } from './steps.ts'
import { useThrottled } from './throttled.ts'
import { Tool } from './tool.tsx'
import { Values } from './values.tsx'
import './chart-card.css'

interface Props {
  readonly chart: ChartEntry
  readonly server: Server
  readonly definitions: Definitions
  /** a part of the past, null for what is live; the same for all charts */
  readonly range: ReadonlySignal<Range | null>
  /** the time under the pointer, the same for all charts */
  readonly cursor: Signal<number | null>
  /** `large`: it fills the page; `hidden`: another one does */
  readonly size: 'small' | 'large' | 'hidden'
  change(view: ChartView): void
  zoom(range: Range): void
  enlarge(large: boolean): void
  remove(): void
  insert(name: string): void
}

/** One chart with all that belongs to it. */
export function ChartCard(props: Props) {
  const { chart, server, definitions, range, cursor, size, change } = props
  const { model } = chart
  const series = useComputed<Series>(() => model.series.value ?? nothing)
  const readable = useThrottled(series)
  const joining = useSignal(false)
  // Below a large chart unless closed, below a small one where opened.
  const table = useSignal<boolean | null>(null)
  const code = useSignal<boolean | null>(null)

  const blank = useComputed(() => series.value.timestamps.length === 0)
  const view = chart.view.value
  const title = titleOf(view)
  const condition = model.condition.value
  const definition = model.definition.value
  const shown = model.shown.value
  const operation = model.operation.value
  const past = range.value
  const large = size === 'large'
  const isOpen = (part: ReadonlySignal<boolean | null>) => part.value ?? large
  const toggle = (part: Signal<boolean | null>) => {
    part.value = !isOpen(part)
  }
  const step = definition?.intervals.find(({ name }) => name === shown?.interval)?.step
  const last =
    step !== undefined && shown?.steps !== undefined ? `in the ${lastText(step, shown.steps)}` : 'yet'

  return (
    <article
      class={`card${large ? ' large' : ''}${blank.value ? ' blank' : ''}`}
      aria-label={title}
      data-live={condition.kind === 'live' || (condition.kind === 'empty' && condition.live)}
      data-condition={condition.kind}
      hidden={size === 'hidden'}
      tabIndex={-1}
    >
      <header>
        <div class="title">
          <h2 title={title}>{title}</h2>
          <div class="tools">
            {definition && (
              <>
                <Tool
                  icon="join"
                  label="Join…"
                  open={joining.value}
                  press={() => {
                    joining.value = !joining.value
                  }}
                />
                <Tool icon="table" label="Show as a table" open={isOpen(table)} press={() => toggle(table)} />
                <Tool icon="code" label="Code" open={isOpen(code)} press={() => toggle(code)} />
              </>
            )}
            <Tool
              icon={large ? 'reduce' : 'enlarge'}
              label={large ? 'Show all charts' : 'Enlarge'}
              press={() => props.enlarge(!large)}
            />
            <Tool icon="remove" label="Remove" press={props.remove} />
          </div>
        </div>
        {shown && <Headline key={shown.drawing} drawing={shown.drawing} series={readable} />}
      </header>
      <div class="sub">
        <p class="description">
          {past && <Past series={readable} />}
          {past && definition?.description && ' · '}
          {definition?.description}
        </p>
        {definition && shown && (
          <Controls view={view} definition={definition} shown={shown} past={past !== null} change={change} />
        )}
      </div>
      <div class="plot">
        {shown && (
          <Chart
            label={`Chart of ${title}`}
            drawing={shown.drawing}
            series={series}
            range={range}
            cursor={cursor}
            zoom={(from, to) => props.zoom({ from, to })}
          />
        )}
        <Notice
          condition={condition}
          connection={server.connection.value}
          name={view.names[0] ?? ''}
          period={past ? `from ${timeRange(past.from, past.to).replace(' – ', ' to ')}` : last}
          retry={model.retry}
          insert={props.insert}
          zoom={props.zoom}
        />
      </div>
      {shown && <Legend key={shown.drawing} drawing={shown.drawing} series={readable} cursor={cursor} />}
      {shown?.drawing.words && <Values words={shown.drawing.words} series={readable} />}
      {joining.value && definition && (
        <JoinChoice
          server={server}
          definitions={definitions}
          definition={definition}
          view={view}
          change={change}
        />
      )}
      {isOpen(table) && shown && <BucketTable title={title} drawing={shown.drawing} series={readable} />}
      {isOpen(code) && operation && <OperationView {...operation} authorized={server.authorized.value} />}
    </article>
  )
}

/** By which interval the server shows the past, and how many of its steps are one. */
function Past({ series }: { readonly series: ReadonlySignal<Series> }) {
  const text = useComputed(() => {
    const { interval, folded } = series.value
    if (!interval) return 'History'
    return `History by ${interval.name}${folded > 1 ? `, ${folded} folded into one` : ''}`
  })
  return <strong>{text}</strong>
}
