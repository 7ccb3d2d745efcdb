const format = (options: Intl.DateTimeFormatOptions) => {
  const { format } = new Intl.DateTimeFormat('en-GB', options)
  return (timestamp: number) => format(timestamp * 1000)
}
const hourAndMinute = { hour: '2-digit', minute: '2-digit' } as const
const dayAndMonth = { day: 'numeric', month: 'short' } as const

/** The time of day in the reader's zone, as `14:03:27`. `timestamp` in Unix seconds, as in all of these. */
export const clockTime = format({ ...hourAndMinute, second: '2-digit' })

const minute = format(hourAndMinute)
const hour = format({ ...dayAndMonth, ...hourAndMinute })
const dayOfYear = format(dayAndMonth)
const day = format({ ...dayAndMonth, year: 'numeric' })

/** The start of a bucket of so many `seconds`, no finer than they are: `14:03:27`, `14:03`, `3 Aug, 14:00`, `3 Aug 2026`. */
export function bucketTime({ timestamp, seconds }: { timestamp: number; seconds: number }): string {
  if (seconds < 60) return clockTime(timestamp)
  if (seconds < 3_600) return minute(timestamp)
  return seconds < 86_400 ? hour(timestamp) : day(timestamp)
}

/** A label of a time axis whose labels are `gap` seconds apart; midnight is told by the day that begins. */
export function axisTime(timestamp: number, gap: number): string {
  if (gap < 60) return clockTime(timestamp)
  const time = minute(timestamp)
  return gap < 86_400 && time !== '00:00' ? time : dayOfYear(timestamp)
}

const spans = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** A length of time in the largest unit that divides it well enough: `5 minutes`, `24 hours`, `1 second`. */
export function span(seconds: number): string {
  const [unit, size] = spans.find(([, size]) => seconds >= 2 * size) ?? (['second', 1] as const)
  const count = Math.round(seconds / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
