import { divides } from '../calendar/index.ts'
import { finest, type Interval } from '../interval.ts'
import type { Definition } from '../store/definition.ts'

/** Where the data of an interval of the new configuration come from. */
export interface Move {
  readonly from: Interval
  readonly to: Interval
}

/** What becomes of a series when its configuration changes. */
export interface Plan {
  readonly moves: readonly Move[]
  /** what cannot be moved exactly, and would be deleted: a clause for each */
  readonly lost: readonly string[]
}

/**
 * Data move where nothing has to be guessed: into buckets that are the same or put together from whole ones, under
 * another interval's name, into a longer or a shorter life, from one layout to another, from integers to floats, into
 * quantized values or out of them. What a coarser bucket holds is what condensing would show: of a gauge the latest.
 */
export function planOf(from: Definition, to: Definition): Plan {
  const whole = lostAsAWhole(from, to)
  if (whole !== undefined) return { moves: [], lost: [whole] }
  const moves: Move[] = []
  const lost: string[] = []
  for (const [name, before] of from.model.intervals) {
    const after = to.model.intervals.get(name) ?? renamed(before, from, to)
    if (after === undefined) lost.push(`interval ${name} is gone`)
    else if (fits(before, after)) moves.push({ from: before, to: after })
    else
      lost.push(
        `interval ${name}: buckets of ${finest(before).id} do not make up those of ${finest(after).id}`,
      )
  }
  return { moves, lost }
}

function lostAsAWhole(from: Definition, to: Definition): string | undefined {
  if (from.type !== to.type) return `a ${from.type} cannot become a ${to.type}`
  const widened = from.valueType === 'integer' && to.valueType === 'float'
  if (from.valueType !== to.valueType && !widened)
    return `${from.valueType} values cannot become ${to.valueType}`
  if (from.quantize !== null && to.quantize !== null && from.quantize !== to.quantize)
    return `what was rounded to multiples of ${from.quantize} cannot be rounded to those of ${to.quantize}`
  return undefined
}

/** An interval that is new under its name, and has the buckets of one whose name is gone. */
function renamed(before: Interval, from: Definition, to: Definition): Interval | undefined {
  const added = [...to.model.intervals.values()].filter(({ name }) => !from.model.intervals.has(name))
  const gone = [...from.model.intervals.values()].filter(({ name }) => !to.model.intervals.has(name))
  const alike = (each: Interval) => each.step.id === before.step.id && finest(each).id === finest(before).id
  const [only, ...others] = added.filter(alike)
  return others.length === 0 && gone.filter(alike).length === 1 ? only : undefined
}

/** Whether each finest bucket of `before` lies in one of `after`. */
function fits(before: Interval, after: Interval): boolean {
  return finest(before).id === finest(after).id || divides(finest(before), finest(after))
}
