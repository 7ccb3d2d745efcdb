import fc from 'fast-check'

/** Zones with what is hardest to get right, and why. */
export const hardZones = [
  'UTC',
  'Africa/Cairo', // midnight skipped, on Fridays
  'Africa/Casablanca', // four changes a year, a month apart
  'Africa/Monrovia', // seconds in its offset until 1972
  'America/Havana', // midnight twice
  'America/Juneau', // a day that lasted 48 hours
  'America/Santiago', // midnight skipped, or 23:00 twice
  'America/Sao_Paulo', // midnight skipped
  'America/St_Johns', // back from 00:01 to 23:01 of the day before
  'Asia/Beirut', // midnight skipped
  'Asia/Gaza', // changes at 00:00, 00:01, 01:00
  'Asia/Kathmandu', // a quarter of an hour
  'Asia/Manila', // a day skipped in 1844
  'Atlantic/Azores',
  'Australia/Lord_Howe', // half an hour of summer time
  'Europe/Berlin',
  'Europe/Paris', // seconds in its offset until 1911
  'Pacific/Apia', // 2011-12-30 skipped
  'Pacific/Kiritimati', // 1994-12-31 skipped
  'Pacific/Kwajalein', // 23 hours back in 1969, 1993-08-21 skipped
] as const

/** Any zone that this Node knows; mostly the hard ones. */
export const anyZone = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<string[]>(...hardZones) },
  { weight: 1, arbitrary: fc.constantFrom(...Intl.supportedValuesOf('timeZone')) },
)

/** Unix seconds, with fractions, of the years 1900 to 2100. */
export const anyTime = fc
  .double({ min: utc('1900-01-01'), max: utc('2100-01-01'), noNaN: true })
  .map((t) => t + 0) // without −0

/** Unix seconds of a date, or of a date and time with its offset. */
export function utc(text: string): number {
  return Date.parse(text) / 1000
}
