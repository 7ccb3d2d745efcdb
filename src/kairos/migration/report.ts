import { type Conflict, describeConflict } from '../store/adoption.ts'
import type { Plan } from './plan.ts'

/** What an operator is told before anything is moved. */
export interface Report {
  /** what differs, and below it what becomes of it; none where all can stay as it is */
  readonly lines: readonly string[]
  /** whether something cannot be moved exactly */
  readonly lossy: boolean
  /** a migration that was begun: whether to this configuration, and how many series are moved */
  readonly underWay: { readonly here: boolean; readonly moved: number } | undefined
}

interface Step {
  readonly conflict: Conflict
  readonly plan: Plan
}

export function reportOf(steps: readonly Step[], underWay: Report['underWay']): Report {
  return {
    lines: steps.flatMap(({ conflict, plan }) => [describeConflict(conflict), ...linesOf(plan)]),
    lossy: steps.some(({ plan }) => plan.lost.length > 0),
    underWay,
  }
}

function linesOf({ moves, lost }: Plan): string[] {
  const moved = moves.map(({ from, to }) =>
    from.name === to.name
      ? `interval ${from.name} can be moved`
      : `interval ${from.name} can be moved to ${to.name}`,
  )
  return [...moved, ...lost.map((line) => `cannot be moved: ${line}`)].map((line) => `  ${line}`)
}
