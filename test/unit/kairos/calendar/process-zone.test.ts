import { afterEach, expect, it, vi } from 'vitest'
import { utc } from './zones.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** What a process in `zone` gives: nothing is kept from the one before. */
async function bucketsOfProcessIn(zone: string): Promise<unknown> {
  vi.stubEnv('TZ', zone)
  vi.resetModules()
  const { parseStep } = await import('../../../../src/kairos/calendar/index.ts')
  return ['daily', 'weekly', 'monthly', 'yearly'].flatMap((kind) =>
    ['UTC', 'Europe/Berlin', 'Pacific/Apia'].map((timeZone) => {
      const step = parseStep(kind, { timeZone })
      const bucket = step.floor(utc('2011-12-31T23:30:00Z'))
      return [kind, timeZone, bucket, step.encode(bucket), step.offset(bucket, -5), step.decode(20111230)]
    }),
  )
}

it.each([
  ['America/St_Johns', 150],
  ['Asia/Kathmandu', -345],
  ['Pacific/Kiritimati', -840],
])('gives the same buckets in a process whose own zone is %s as in UTC', async (zone, minutesBehind) => {
  const expected = await bucketsOfProcessIn('UTC')
  expect(new Date(2026, 6, 1).getTimezoneOffset()).toBe(0)
  const found = await bucketsOfProcessIn(zone)
  expect(new Date(2026, 6, 1).getTimezoneOffset()).toBe(minutesBehind)
  expect(found).toEqual(expected)
})
