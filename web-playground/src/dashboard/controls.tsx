import { useId } from 'preact/hooks'
import { drawingsOf } from '../chart/drawing.ts'
import type { Definition } from '../server/definition.ts'
import type { ChartView } from '../view/view.ts'
import type { Shown } from './shown.ts'
import { isDivided, stepChoices } from './steps.ts'
import './controls.css'

interface Props {
  readonly view: ChartView
  readonly definition: Definition
  readonly shown: Shown
  /** in the past the server chooses the interval */
  readonly past: boolean
  change(view: ChartView): void
}

/** How the series is shown: by which interval, how far back, what of it. */
export function Controls({ view, definition, shown, past, change }: Props) {
  const group = useId()
  const interval = definition.intervals.find(({ name }) => name === shown.interval)
  const drawings = drawingsOf(definition)
  return (
    <div class="controls">
      {!past && (
        <fieldset class="segments">
          <legend>Interval</legend>
          {definition.intervals.map(({ name }) => (
            <label key={name}>
              <input
                type="radio"
                name={group}
                value={name}
                checked={name === shown.interval}
                onChange={() => change(withInterval(view, name))}
              />
              {name}
            </label>
          ))}
        </fieldset>
      )}
      {!past && interval && (
        <select
          aria-label="Steps"
          value={shown.steps}
          onChange={({ currentTarget }) => change({ ...view, steps: Number(currentTarget.value) })}
        >
          {stepChoices(interval, shown.steps).map(({ steps, label }) => (
            <option key={steps} value={steps}>
              {label}
            </option>
          ))}
        </select>
      )}
      <select
        aria-label="Show"
        value={shown.drawing.name}
        onChange={({ currentTarget }) => change({ ...view, drawing: currentTarget.value })}
      >
        {drawings.map(({ name, label }) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
      {interval && isDivided(interval) && (
        <label class="check">
          <input
            type="checkbox"
            checked={shown.condensed}
            onChange={({ currentTarget }) => change({ ...view, condensed: currentTarget.checked })}
          />
          Condensed
        </label>
      )}
    </div>
  )
}

/** Steps of another interval are another length of time: the page chooses anew. */
function withInterval({ steps: _, ...view }: ChartView, interval: string): ChartView {
  return { ...view, interval }
}
