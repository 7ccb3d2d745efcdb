import type { SeriesType } from 'kairos/client/documents'
import type { ChartView } from './view.ts'

/** A series that may be shown. */
interface Candidate {
  readonly name: string
  readonly type: SeriesType
}

/** Charts of a page that nobody has told what to show. */
const fewCharts = 6

/** What is shown where nothing is asked for: a series of each type, and then others, in their order. */
export function chooseCharts(candidates: readonly Candidate[]): ChartView[] {
  const types = new Set<SeriesType>()
  const first = candidates.filter(({ type }) => !types.has(type) && types.add(type))
  const others = candidates.filter((candidate) => !first.includes(candidate))
  const taken = new Set([...first, ...others].slice(0, fewCharts))
  return candidates.filter((candidate) => taken.has(candidate)).map(({ name }) => ({ names: [name] }))
}
