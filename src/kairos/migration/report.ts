import { type Conflict, describeConflict } from '../store/adoption.ts'
import type { Plan } from './plan.ts'

/** What differs, and below it what becomes of it. */
export function reportOf(conflict: Conflict, { moves, lost }: Plan): string[] {
  const moved = moves.map(({ from, to }) =>
    from.name === to.name
      ? `interval ${from.name} can be moved`
      : `interval ${from.name} can be moved to ${to.name}`,
  )
  return [
    describeConflict(conflict),
    ...moved.map((line) => `  ${line}`),
    ...lost.map((line) => `  cannot be moved: ${line}`),
  ]
}
