import { type Drawing, drawingsOf } from '../chart/drawing.ts'
import type { Definition } from '../server/definition.ts'
import type { ChartView } from '../view/view.ts'
import { isDivided, usualSteps } from './steps.ts'

/** What a chart shows, with nothing left open. */
export interface Shown {
  /** which decided what the view leaves open */
  readonly definition: Definition
  readonly names: readonly string[]
  readonly interval: string
  /** absent: as the server has it, where the definition has no such interval */
  readonly steps?: number
  readonly condensed: boolean
  readonly drawing: Drawing
}

/** What a view leaves open is decided by the series' definition. An interval that it lacks is the server's to refuse. */
export function shownOf(view: ChartView, definition: Definition): Shown {
  const { intervals } = definition
  const interval = view.interval ?? intervals[0]?.name ?? ''
  const found = intervals.find(({ name }) => name === interval)
  const steps = view.steps ?? (found && usualSteps(found))
  const drawings = drawingsOf(definition)
  return {
    definition,
    names: view.names,
    interval,
    ...(steps !== undefined && { steps }),
    condensed: view.condensed === true && found !== undefined && isDivided(found),
    drawing: drawings.find(({ name }) => name === view.drawing) ?? drawings[0],
  }
}

/** Whether the same is asked for, of the same definition, and drawn alike: where a definition is another, all begins anew. */
export function isSameShown(a: Shown, b: Shown): boolean {
  return (
    a.definition === b.definition &&
    a.names.length === b.names.length &&
    a.names.every((name, index) => name === b.names[index]) &&
    a.interval === b.interval &&
    a.steps === b.steps &&
    a.condensed === b.condensed &&
    a.drawing.name === b.drawing.name
  )
}
