import { divides, parseStep, type Step } from '../kairos/calendar/index.ts'
import type { Config } from './config.ts'
import { pathOf, type Report } from './config-error.ts'
import { weeksOf } from './rule.ts'
import { intervalNameLength, intervalNamePattern, intervalSchema } from './settings.ts'
import type { SettingsMap } from './shape-faults.ts'

/** In seconds: 1,000 Gregorian years of 365.2425 days. A window of now then stays within the years 0 to 9999. */
const longestWindow = 1000 * 365.2425 * 86_400

const calendarSteps: readonly unknown[] = ['daily', 'weekly', 'monthly', 'yearly']

const namePattern = new RegExp(intervalNamePattern)

/** What is wrong with the name of an interval, or undefined. Names become parts of Redis keys, and keys of maps. */
export const intervalNameFault = (name: string): string | undefined => {
  if (name in {}) return 'is a name that JavaScript keeps for itself'
  if (name.length > intervalNameLength) return `must have a name of at most ${intervalNameLength} characters`
  if (!namePattern.test(name) || /\p{Cs}/u.test(name)) {
    return 'must have a name, without ":" and control characters'
  }
  return undefined
}

/**
 * Reports what the settings of one interval must agree on: the zone has an effect, the resolution divides the step, the
 * window is no longer than can be counted. A setting whose own shape is wrong is left out: that is reported already.
 */
export const reportIntervalFaults = (
  interval: SettingsMap,
  layout: Config['layout'],
  path: readonly PropertyKey[],
  report: Report,
): void => {
  const at = (key: string): string => pathOf([...path, key])
  const { shape } = intervalSchema
  const zone = shape.timeZone.safeParse(interval.timeZone).data ?? 'UTC'
  const steps = shape.steps.safeParse(interval.steps).data
  const weekStart = shape.weekStart.safeParse(interval.weekStart).data
  const weekly = weeksOf(layout, weekStart)
  const parse = (key: 'step' | 'resolution'): Step | undefined => {
    const text = shape[key].safeParse(interval[key]).data
    try {
      return text === undefined ? undefined : parseStep(text, { timeZone: zone, weekly })
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      report(at(key), error.message)
      return undefined
    }
  }
  const step = parse('step')
  const resolution = parse('resolution')

  const divisions: readonly unknown[] = [interval.step, interval.resolution]
  if (step && zone !== 'UTC' && !divisions.some((each) => calendarSteps.includes(each))) {
    report(at('timeZone'), 'has no effect: daily, weekly, monthly and yearly follow a zone, 1d is 24 hours')
  }
  if (step && weekStart && layout === 'kairos') {
    report(
      at('weekStart'),
      'has no effect in layout kairos, where weeks start on Sunday and split at New Year',
    )
  } else if (step && weekStart && !divisions.includes('weekly')) {
    report(at('weekStart'), 'has no effect: only weekly steps begin with a day of the week')
  }
  if (step && resolution && !divides(resolution, step)) {
    const relation = width(resolution) > width(step) ? 'is longer than' : 'could straddle'
    const where = zone === 'UTC' ? '' : ` in ${zone}`
    report(at('resolution'), `${resolution.label} ${relation} a step of ${step.label}${where}`)
  }
  if (step && steps !== undefined && width(step) * steps > longestWindow) {
    report(at('steps'), `${steps} steps of ${step.label} are longer than 1000 years`)
  }
}

/** Of the bucket at 1970, in seconds: the others of a calendar step are about as long. */
const width = (step: Step): number => {
  const first = step.floor(0)
  return step.offset(first, 1) - first
}
