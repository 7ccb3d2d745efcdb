import { parseStep } from '../../../src/kairos/calendar/index.ts'

/** A division of time into buckets, each named by its start in Unix seconds. */
export interface Division {
  /** equal for equal divisions */
  readonly id: string
  /** start of the bucket that holds `t` */
  readonly floor: (t: number) => number
  /** start of the bucket `n` after the one that starts at `start` */
  readonly offset: (start: number, n: number) => number
}

/** What a week is: from Sunday and split at New Year, or whole from a day. */
export type Weekly = 'kairos' | 'monday' | 'sunday'

const UNITS = { '': 1, s: 1, min: 60, h: 3600, d: 86_400, w: 604_800, m: 2_592_000, y: 31_536_000 }

/** Of seconds by arithmetic; the words by the calendar, which has tests of its own. */
export function division(text: number | string, timeZone: string, weekly: Weekly): Division {
  const [, digits, unit = ''] = /^(\d+)(|s|min|h|d|w|m|y)$/.exec(String(text)) ?? []
  if (digits === undefined) {
    const { floor, offset } = parseStep(text, { timeZone, weekly })
    return { id: `${text} ${timeZone}`, floor, offset }
  }
  const seconds = Number(digits) * UNITS[unit as keyof typeof UNITS]
  return {
    id: String(seconds),
    floor: (t) => Math.floor(t) - (((Math.floor(t) % seconds) + seconds) % seconds),
    offset: (start, n) => start + n * seconds,
  }
}
