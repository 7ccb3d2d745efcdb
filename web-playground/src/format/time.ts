/** Shows a time, in Unix seconds as everywhere here, in an IANA zone: the reader's where none is given. */
type TimeText = (timestamp: number, timeZone?: string) => string

function format(options: Intl.DateTimeFormatOptions): TimeText {
  const inZone = new Map<string | undefined, Intl.DateTimeFormat>()
  return (timestamp, timeZone) => {
    let known = inZone.get(timeZone)
    if (!known) {
      known = new Intl.DateTimeFormat('en-GB', { ...options, timeZone })
      inZone.set(timeZone, known)
    }
    return known.format(timestamp * 1000)
  }
}

const hourAndMinute = { hour: '2-digit', minute: '2-digit' } as const
const dayAndMonth = { day: 'numeric', month: 'short' } as const

/** The time of day, as `14:03:27`. */
export const clockTime = format({ ...hourAndMinute, second: '2-digit' })

const parts = format({ ...hourAndMinute, second: '2-digit', fractionalSecondDigits: 3 })
const minute = format(hourAndMinute)
const hour = format({ ...dayAndMonth, ...hourAndMinute })
const dayOfYear = format(dayAndMonth)
const day = format({ ...dayAndMonth, year: 'numeric' })
const month = format({ month: 'short', year: 'numeric' })
const year = format({ year: 'numeric' })

/** A day of 23 hours, when clocks are set forward, is a day. */
const shortestDay = 23 * 3_600
const shortestMonth = 28 * 86_400
const shortestYear = 365 * 86_400

/** The zone in which buckets of so many seconds begin and are told: the interval's for days and longer, else the reader's. */
export function zoneOf(seconds: number, interval: { readonly timeZone: string } | null): string | undefined {
  return seconds >= shortestDay ? interval?.timeZone : undefined
}

/**
 * The start of a bucket of so many `seconds`, no finer than they are: `14:03:27`, `14:03`, `3 Aug, 14:00`, `3 Aug 2026`. In the
 * zone, if any, that `zoneOf` tells.
 */
export function bucketTime(
  { timestamp, seconds }: { readonly timestamp: number; readonly seconds: number },
  timeZone?: string,
): string {
  if (seconds < 1) return parts(timestamp, timeZone)
  if (seconds < 60) return clockTime(timestamp, timeZone)
  if (seconds < 3_600) return minute(timestamp, timeZone)
  return seconds < shortestDay ? hour(timestamp, timeZone) : day(timestamp, timeZone)
}

/** A label of a time axis whose labels are `gap` seconds apart; midnight is told by the day that begins, January by its year. */
export function axisTime(timestamp: number, gap: number, timeZone?: string): string {
  if (gap < 1) return parts(timestamp, timeZone)
  if (gap < 60) return clockTime(timestamp, timeZone)
  const time = minute(timestamp, timeZone)
  if (gap < shortestDay && time !== '00:00') return time
  if (gap >= shortestYear) return year(timestamp, timeZone)
  if (gap >= shortestMonth) return month(timestamp, timeZone)
  return dayOfYear(timestamp, timeZone)
}

/** From one time to another, as a selection of a chart is told: `14:02:07 – 14:03:20`, with days where it is over more than one. */
export function timeRange(from: number, to: number, timeZone?: string): string {
  const fine = to - from < 600 ? clockTime : minute
  if (to - from >= 3 * 86_400) return `${day(from, timeZone)} – ${day(to, timeZone)}`
  const sameDay = day(from, timeZone) === day(to, timeZone)
  const told: TimeText = sameDay ? fine : (time, zone) => `${dayOfYear(time, zone)}, ${fine(time, zone)}`
  return `${told(from, timeZone)} – ${told(to, timeZone)}`
}
