import { dayOf, type Unit, yearOf } from './units.ts'

const SATURDAY = 6

/**
 * Weeks that start on Sunday and split at New Year, numbered as the original kairos does, by strftime's `%Y%U`: the days
 * before a year's first Sunday are week 0. The start of a week is thus its Sunday or 1 January. (The original's own
 * timestamps are 1 January plus that many weeks, which lie up to seven days late: its fault, and not followed.)
 */
export const splitWeeks: Unit = {
  index: (day) => {
    const year = yearOf(day)
    return weeksBefore(year) + weekOf(day, year) - weekOf(dayOf(year, 0, 1), year)
  },
  first: (index) => {
    let year = Math.floor(index / 53)
    while (weeksBefore(year) > index) year--
    const newYear = dayOf(year, 0, 1)
    return Math.max(newYear, newYear - weekday(newYear) + (index - weeksBefore(year)) * 7)
  },
  encode: (day) => yearOf(day) * 100 + weekOf(day, yearOf(day)),
  decode: (number) => {
    const newYear = dayOf(Math.floor(number / 100), 0, 1)
    const weekOne = newYear + ((7 - weekday(newYear)) % 7)
    return Math.max(newYear, weekOne + ((number % 100) - 1) * 7)
  },
}

/** 0 is Sunday. */
function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7
}

/** As `%U`: how many Sundays the year has had, `day` included. */
function weekOf(day: number, year: number): number {
  return Math.floor((day - dayOf(year, 0, 1) + 7 - weekday(day)) / 7)
}

/** A year has 53 such weeks, whole or not; 54 where it starts on a Saturday and ends on a Sunday. */
const yearsOf54: readonly number[] = Array.from({ length: 2500 }, (_, i) => i * 4).filter(
  (year) => weekday(dayOf(year, 0, 1)) === SATURDAY && dayOf(year + 1, 0, 1) - dayOf(year, 0, 1) === 366,
)

function weeksBefore(year: number): number {
  return year * 53 + yearsOf54.filter((y) => y < year).length
}
