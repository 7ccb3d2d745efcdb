import { Temporal } from 'temporal-polyfill'
import { badInput } from './errors.ts'

/** A point in time as it was given: Unix seconds, or a duration before now. */
export type Time = number | Temporal.Duration

/** Beyond it a number of seconds is taken for milliseconds: 1e11 s is the year 5138. */
const LATEST = 1e11

/** Unix seconds for a read. A duration counts back from `now`, months and years by the calendar in UTC. */
export function readingTime(time: Time | null | undefined, now: number): number | undefined {
  if (time === null || time === undefined || typeof time === 'number') return time ?? undefined
  try {
    const zoned = Temporal.Instant.fromEpochMilliseconds(Math.round(now * 1000)).toZonedDateTimeISO('UTC')
    return checked(zoned.add(time).epochMilliseconds / 1000)
  } catch {
    throw badInput(`${time.toString()} reaches back too far`)
  }
}

/** Unix seconds for a write, where a duration has no place. */
export function writingTime(time: Time | null | undefined): number | undefined {
  if (time === null || time === undefined || typeof time === 'number') return time ?? undefined
  throw badInput('a duration before now is for reading; write a number of seconds or an ISO 8601 time')
}

/** What a client may write for a point in time. Throws BAD_USER_INPUT. */
export function parseTime(value: unknown): Time {
  if (typeof value === 'number') return checked(value)
  if (typeof value === 'string' && value.length <= 64) {
    const time = parseDuration(value) ?? parseInstant(value)
    if (time !== undefined) return time
  }
  throw badInput(
    'a Timestamp is Unix seconds, an ISO 8601 time with a zone as "2026-02-28T12:00:00Z", or a negative duration as "-PT6H"',
  )
}

function parseDuration(text: string): Temporal.Duration | undefined {
  if (!text.startsWith('-P')) return undefined
  try {
    return Temporal.Duration.from(text)
  } catch {
    return undefined
  }
}

function parseInstant(text: string): number | undefined {
  try {
    return checked(Temporal.Instant.from(text).epochMilliseconds / 1000)
  } catch {
    return undefined
  }
}

function checked(seconds: number): number {
  if (!Number.isFinite(seconds)) throw badInput('a Timestamp must be finite')
  if (Math.abs(seconds) > LATEST)
    throw badInput(`${seconds} seconds is beyond ±1e11: it looks like milliseconds`)
  return seconds
}
