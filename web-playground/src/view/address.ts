import { type ChartView, mostCharts, type Range, type View } from './view.ts'

/** What an address asks for. */
export interface Address {
  readonly view: View
  /** whether it says which charts, be it none; else the page chooses them */
  readonly chosen: boolean
  /** charts beyond the most that a page shows, which are left out */
  readonly leftOut: number
}

/**
 * Reads the query of an address, such as `?series=a&join=b&interval=minute&series=c&from=2026-11-24T14:02:00Z&to=…`: what
 * follows a `series` belongs to it. What cannot be understood counts as absent.
 */
export function readAddress(query: string): Address {
  const charts: ChartView[] = []
  let from: number | undefined
  let to: number | undefined
  let large: number | undefined
  let chosen = false
  for (const [key, value] of new URLSearchParams(query)) {
    const chart = charts.at(-1)
    if (key === 'series') {
      chosen = true
      if (value !== '') charts.push({ names: [value] })
    } else if (key === 'from') from = readTime(value)
    else if (key === 'to') to = readTime(value)
    else if (key === 'large') large = readCount(value)
    else if (chart) charts[charts.length - 1] = { ...chart, ...readPart(chart, key, value) }
  }
  const shown = charts.slice(0, mostCharts)
  const range = from !== undefined && to !== undefined && from < to ? { from, to } : undefined
  return {
    view: {
      charts: shown,
      ...(range && { range }),
      ...(large !== undefined && large < shown.length && { large }),
    },
    chosen,
    leftOut: charts.length - shown.length,
  }
}

/** The query of the address that holds the view: `readAddress` gives it back. */
export function addressOf({ charts, range, large }: View): string {
  const query = new URLSearchParams()
  for (const { names, interval, steps, drawing, condensed } of charts) {
    const [first = '', ...joined] = names
    query.append('series', first)
    for (const name of joined) query.append('join', name)
    if (interval !== undefined) query.append('interval', interval)
    if (steps !== undefined) query.append('steps', String(steps))
    if (drawing !== undefined) query.append('show', drawing)
    if (condensed !== undefined) query.append('condensed', String(condensed))
  }
  // Said, since an address that names no series leaves the choice to the page.
  if (charts.length === 0) query.append('series', '')
  if (range) {
    query.append('from', timeText(range.from))
    query.append('to', timeText(range.to))
  }
  if (large !== undefined) query.append('large', String(large))
  return `?${query}`
}

/** Two ranges are the same where an address cannot tell them apart. */
export function sameRange(a: Range | undefined, b: Range | undefined): boolean {
  if (!a || !b) return a === b
  return timeText(a.from) === timeText(b.from) && timeText(a.to) === timeText(b.to)
}

function readPart(chart: ChartView, key: string, value: string): Partial<ChartView> {
  switch (key) {
    case 'join':
      return value === '' || chart.names.includes(value) ? {} : { names: [...chart.names, value] }
    case 'interval':
      return value === '' ? {} : { interval: value }
    case 'steps': {
      const steps = readCount(value)
      return steps === undefined || steps === 0 ? {} : { steps }
    }
    case 'show':
      return value === '' ? {} : { drawing: value }
    case 'condensed':
      return value === 'true' || value === 'false' ? { condensed: value === 'true' } : {}
    default:
      return {}
  }
}

/** A whole number, as digits alone. */
function readCount(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/** ISO 8601 with a zone, as `timeText` gives it, or Unix seconds. */
function readTime(text: string): number | undefined {
  const time = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000
  return Number.isFinite(time) && Math.abs(time) <= latest ? time : undefined
}

/** What a `Date` can hold, in seconds. */
const latest = 8.64e12

/** To the millisecond. */
function timeText(time: number): string {
  const text = new Date(Math.round(time * 1000)).toISOString()
  return text.replace('.000Z', 'Z')
}
