import { Temporal } from 'temporal-polyfill'
import { quote } from './quote.ts'
import { dayOf, FIRST_DAY } from './units.ts'

/**
 * The days of a time zone, counted from 1970-01-01. A day starts at the first instant at which the zone's clocks show its
 * date or a later one. This one rule covers all that clocks do: a day whose midnight they skip starts where they land; where
 * midnight comes twice, the first counts, and what they repeat of the day before belongs to the day that has begun; a day
 * that they skip whole, as 2011-12-30 in Samoa, starts when the next does, so that no time lies in it.
 */
export interface Zone {
  /** its canonical name */
  readonly name: string
  /** Unix seconds at which `day` starts. Throws RangeError before the year 0 and after 9999. */
  readonly startOfDay: (day: number) => number
  /** the day in which `t` lies */
  readonly dayAt: (t: number) => number
  /** the days that were skipped whole, ascending */
  readonly skippedDays: () => readonly number[]
}

/** A stretch of time in which the zone's offset from UTC is the same. All in seconds. */
interface Span {
  readonly from: number
  readonly until: number
  readonly offset: number
}

const DAY = 86_400
/** Spans are found and kept by years of this mean length. As calendars end, so do the years that can be asked for. */
const YEAR = 31_556_952
const END_DAY = dayOf(10_000, 0, 1)

const zones = new Map<string, Zone>()

/** The zone of that IANA name, made once. Throws RangeError where there is none. */
export function zoneOf(name: string): Zone {
  const canonical = canonicalName(name)
  const zone = zones.get(canonical) ?? makeZone(canonical)
  zones.set(canonical, zone)
  return zone
}

function canonicalName(name: string): string {
  try {
    // An offset as +01:00 is no IANA name, though newer versions of Node take it for a zone.
    if (!/^[+-]/.test(name))
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    // no such zone
  }
  throw new RangeError(`${quote(String(name))} is no time zone: use an IANA name such as Europe/Berlin`)
}

function makeZone(name: string): Zone {
  const years = new Map<number, readonly [Span, ...Span[]]>()

  const spanAt = (t: number): Span => {
    const year = Math.floor(t / YEAR)
    const spans = years.get(year) ?? spansFrom(clockAt(year * YEAR, name), (year + 1) * YEAR)
    years.set(year, spans)
    return spans.findLast((span) => span.from <= t) ?? spans[0]
  }

  const startOfDay = (day: number): number => {
    if (!(day >= FIRST_DAY && day <= END_DAY)) throw new RangeError('calendars cover the years 0 to 9999')
    const midnight = day * DAY
    // Offsets are shorter than a day: no clock shows the date this early.
    for (let span = spanAt(midnight - DAY); ; span = spanAt(span.until)) {
      const start = Math.max(span.from, midnight - span.offset)
      if (start < span.until) return start
    }
  }

  const dayAt = (t: number): number => {
    const shown = Math.floor((Math.floor(t) + spanAt(t).offset) / DAY)
    return startOfDay(shown + 1) <= t ? shown + 1 : shown
  }

  let skipped: readonly number[] | undefined
  const skippedDays = () => (skipped ??= findSkippedDays(name, startOfDay))

  return { name, startOfDay, dayAt, skippedDays }
}

function spansFrom(clock: Temporal.ZonedDateTime, end: number): readonly [Span, ...Span[]] {
  const next = clock.getTimeZoneTransition('next')
  const until = next ? Math.min(next.epochMilliseconds / 1000, end) : end
  const span = { from: clock.epochMilliseconds / 1000, until, offset: offsetOf(clock) }
  return next && until < end ? [span, ...spansFrom(next, end)] : [span]
}

/** A zone skips a day when it moves across the date line, and its offset tells from then on. None did before 1840. */
function findSkippedDays(name: string, startOfDay: Zone['startOfDay']): number[] {
  const skipped: number[] = []
  let before = offsetAtNewYear(1840, name)
  for (let year = 1840; year < 2100; year++) {
    const after = offsetAtNewYear(year + 1, name)
    if (after - before > DAY / 2) {
      const days = Array.from({ length: 367 }, (_, i) => dayOf(year, 0, 1 + i))
      skipped.push(...days.filter((day) => startOfDay(day) === startOfDay(day + 1)))
    }
    before = after
  }
  return skipped
}

function offsetAtNewYear(year: number, name: string): number {
  return offsetOf(clockAt(dayOf(year, 0, 1) * DAY, name))
}

function clockAt(t: number, name: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(t * 1000).toZonedDateTimeISO(name)
}

function offsetOf(clock: Temporal.ZonedDateTime): number {
  return clock.offsetNanoseconds / 1e9
}
