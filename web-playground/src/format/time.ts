const second = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const minute = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' })
const year = new Intl.DateTimeFormat('en', { year: 'numeric' })

/** The time of day in the reader's zone, as `14:03:27`. `timestamp` in Unix seconds. */
export function clockTime(timestamp: number): string {
  return second.format(timestamp * 1000)
}

/** A point of an axis or a table, no finer than `seconds` distinguish: `14:03:27`, `14:03`, `3 Aug`, `2026`. */
export function pointInTime(timestamp: number, seconds: number): string {
  const format = seconds < 60 ? second : seconds < 86_400 ? minute : seconds < 31_000_000 ? day : year
  return format.format(timestamp * 1000)
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
