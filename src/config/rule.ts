import type * as z from 'zod'
import { divides, parseStep, type Step } from '../kairos/calendar/index.ts'
import type { Config, Rule, RuleInterval } from './config.ts'
import type { intervalSchema, ruleSchema } from './settings.ts'

/** A valid rule of a file as the server takes it. */
export const ruleOf = (
  { name, match, type, values, quantize, unit, description, intervals }: RuleSettings,
  layout: Config['layout'],
): Rule => ({
  name,
  match: typeof match === 'string' ? [match] : match,
  type,
  values: values ?? (type === 'count' ? 'float' : 'string'),
  ...(quantize !== undefined && { quantize }),
  ...(unit !== undefined && { unit }),
  ...(description !== undefined && { description }),
  intervals: Object.entries(intervals).map(([interval, settings]) => intervalOf(interval, settings, layout)),
})

const intervalOf = (
  name: string,
  { step, steps, resolution, timeZone, weekStart }: IntervalSettings,
  layout: Config['layout'],
): RuleInterval => {
  const weekly = weeksOf(layout, weekStart)
  const read = (text: string | number): Step => parseStep(text, { timeZone, weekly })
  // a valid resolution divides the step; one that the step divides too is the step itself
  const divided = resolution !== undefined && !divides(read(step), read(resolution))
  return {
    name,
    step: String(step),
    ...(steps !== undefined && { steps }),
    ...(divided && { resolution: String(resolution) }),
    timeZone,
    ...(weekStart !== undefined && { weekStart }),
  }
}

/** What a week is, as `parseStep` has it. */
export const weeksOf = (
  layout: Config['layout'],
  weekStart: RuleInterval['weekStart'],
): 'kairos' | 'monday' | 'sunday' => (layout === 'kairos' ? 'kairos' : (weekStart ?? 'monday'))

type RuleSettings = z.output<typeof ruleSchema>
type IntervalSettings = z.output<typeof intervalSchema>
