/**
 * A division of the Gregorian calendar into runs of days, numbered without gaps. It knows no zone.
 * Days are counted from 1970-01-01, as Unix seconds are.
 */
export interface Unit {
  /** the run that holds `day` */
  readonly index: (day: number) => number
  /** the first day of a run */
  readonly first: (index: number) => number
  /** the number in a key of the run that starts with `day` */
  readonly encode: (day: number) => number
  /** the day with which the run of that number starts; any day where there is none */
  readonly decode: (number: number) => number
}

const MS_PER_DAY = 86_400_000

/** `month` counts from 0. What exceeds a month or a year runs over into the next. */
export function dayOf(year: number, month: number, date: number): number {
  return new Date(0).setUTCFullYear(year, month, date) / MS_PER_DAY
}

/** The first day of the year 0, with which calendars begin. */
export const FIRST_DAY = dayOf(0, 0, 1)

export function yearOf(day: number): number {
  return new Date(day * MS_PER_DAY).getUTCFullYear()
}

/** As 20260228. */
function encodeDate(day: number): number {
  const date = new Date(day * MS_PER_DAY)
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate()
}

function decodeDate(number: number): number {
  return dayOf(Math.floor(number / 10_000), (Math.floor(number / 100) % 100) - 1, number % 100)
}

export const days: Unit = {
  index: (day) => day,
  first: (index) => index,
  encode: encodeDate,
  decode: decodeDate,
}

export const months: Unit = {
  index: (day) => {
    const date = new Date(day * MS_PER_DAY)
    return date.getUTCFullYear() * 12 + date.getUTCMonth()
  },
  first: (index) => dayOf(0, index, 1),
  encode: (day) => Math.floor(encodeDate(day) / 100),
  decode: (number) => decodeDate(number * 100 + 1),
}

export const years: Unit = {
  index: yearOf,
  first: (index) => dayOf(index, 0, 1),
  encode: yearOf,
  decode: (number) => dayOf(number, 0, 1),
}

/** Whole weeks, numbered by the date of their first day. */
function weeksFrom(firstDay: number): Unit {
  return {
    index: (day) => Math.floor((day - firstDay) / 7),
    first: (index) => index * 7 + firstDay,
    encode: encodeDate,
    decode: decodeDate,
  }
}

export const mondayWeeks = weeksFrom(dayOf(1970, 0, 5))
export const sundayWeeks = weeksFrom(dayOf(1970, 0, 4))
