import { calendarStep } from './calendar.ts'
import { fixedStep } from './fixed.ts'
import { quote } from './quote.ts'
import { splitWeeks } from './split-weeks.ts'
import { LATEST, type Step } from './step.ts'
import { days, mondayWeeks, months, sundayWeeks, type Unit, years } from './units.ts'
import { zoneOf } from './zone.ts'

interface StepOptions {
  /** IANA zone of daily, weekly, monthly and yearly; default UTC */
  readonly timeZone?: string | undefined
  /** What a week is: `kairos` (default) starts on Sunday and splits at New Year, the others are whole. */
  readonly weekly?: 'kairos' | 'monday' | 'sunday' | undefined
}

const DAY = 86_400
const SECONDS = new Map([
  ['s', 1],
  ['min', 60],
  ['h', 3600],
  ['d', DAY],
  ['w', 7 * DAY],
  ['m', 30 * DAY],
  ['y', 365 * DAY],
])

const UNITS = new Map<string, Unit>([
  ['daily', days],
  ['monthly', months],
  ['yearly', years],
])

const WEEKS = new Map<string, Unit>([
  ['kairos', splitWeeks],
  ['monday', mondayWeeks],
  ['sunday', sundayWeeks],
])

/**
 * Reads a step: whole seconds, as a number or in digits; one amount with a unit, as `10s 5min 1h 30d 2w 1m 1y`, where `m` is
 * 30 days and `y` 365; or `daily weekly monthly yearly` in a time zone. Throws RangeError with a sentence that names what
 * cannot be read.
 */
export function parseStep(text: string | number, options: StepOptions = {}): Step {
  const { timeZone = 'UTC', weekly = 'kairos' } = options
  const zone = zoneOf(timeZone)
  const label = String(text)
  if (label === 'weekly') {
    const weeks = WEEKS.get(weekly)
    if (!weeks) throw new RangeError(`${quote(weekly)} is no kind of week: use kairos, monday or sunday`)
    return calendarStep(weeks, zone, `weekly ${weekly}`, label)
  }
  const unit = UNITS.get(label)
  return unit ? calendarStep(unit, zone, label, label) : fixedStep(parseSeconds(label), label)
}

/** Throws RangeError where `text` is no number of seconds from 1 to 1e11. */
function parseSeconds(text: string): number {
  const [, digits, unit = 's'] = /^([0-9]+)(s|min|h|d|w|m|y)?$/.exec(text) ?? []
  const seconds = Number(digits) * (SECONDS.get(unit) ?? Number.NaN)
  if (seconds >= 1 && seconds <= LATEST) return seconds
  const fault = Number.isNaN(seconds)
    ? 'use whole seconds, an amount as 10s 5min 1h 30d 2w 1y, or daily, weekly, monthly, yearly'
    : 'it must be 1 to 1e11 seconds long'
  throw new RangeError(`${quote(text)} is no step: ${fault}`)
}
