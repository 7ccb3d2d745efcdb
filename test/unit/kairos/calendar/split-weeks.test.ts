import { describe, expect, it } from 'vitest'
import { parseStep, range, width } from '../../../../src/kairos/calendar/index.ts'
import { utc } from './zones.ts'

const DAY = 86_400

describe('weekly as kairos has it', () => {
  const step = parseStep('weekly')

  // As Python's strftime('%Y%U') gives them.
  it.each([
    ['2014-05-10', 201418, '2014-05-04'],
    ['2014-05-11', 201419, '2014-05-11'],
    ['2016-02-29', 201609, '2016-02-28'],
    ['2014-12-31', 201452, '2014-12-28'],
    ['2015-01-01', 201500, '2015-01-01'],
    ['2015-01-03', 201500, '2015-01-01'],
    ['2015-01-04', 201501, '2015-01-04'],
    ['2012-01-01', 201201, '2012-01-01'],
    ['2012-12-31', 201253, '2012-12-30'],
    ['2000-01-01', 200000, '2000-01-01'],
    ['2000-12-31', 200053, '2000-12-31'],
    ['1969-12-31', 196952, '1969-12-28'],
  ])('counts %s to week %i, which starts on %s', (date, number, start) => {
    expect(step.encode(step.floor(utc(date)))).toBe(number)
    expect(step.floor(utc(date))).toBe(utc(start))
    expect(step.decode(number)).toBe(utc(start))
  })

  it('numbers every day of the Gregorian cycle of 400 years as %U is defined', () => {
    for (let t = utc('1900-01-01'); t < utc('2300-01-01'); t += DAY) {
      const date = new Date(t * 1000)
      const year = date.getUTCFullYear()
      const dayOfYear = (t - utc(`${year}-01-01`)) / DAY
      const week = Math.floor((dayOfYear + 7 - date.getUTCDay()) / 7)
      if (step.encode(step.floor(t)) !== year * 100 + week) throw new Error(date.toISOString())
    }
  })

  it('splits at New Year and leaves no day out', () => {
    const weeks = range(step, utc('2014-12-28'), utc('2015-01-10'))
    expect(weeks).toEqual(['2014-12-28', '2015-01-01', '2015-01-04'].map(utc))
    expect(weeks.map((week) => width(step, week) / DAY)).toEqual([4, 3, 7])
  })

  it('has no week 0 in a year that starts on Sunday, and no week 53 where the last is 52', () => {
    expect([201200, 201452 + 1, 201499].map(step.decode)).toEqual([undefined, undefined, undefined])
  })
})

describe('whole weeks', () => {
  it.each([
    ['monday', '2026-03-01', 20260223, '2026-02-23'],
    ['sunday', '2026-02-28', 20260222, '2026-02-22'],
    ['monday', '2026-01-01', 20251229, '2025-12-29'],
    ['sunday', '2026-01-01', 20251228, '2025-12-28'],
  ] as const)('from %s: %s lies in week %i, which starts on %s', (weekly, date, number, start) => {
    const step = parseStep('weekly', { weekly })
    expect(step.floor(utc(date))).toBe(utc(start))
    expect(step.encode(utc(start))).toBe(number)
    expect(width(step, utc(start))).toBe(7 * DAY)
  })

  it('have no bucket for a date within a week', () => {
    expect(parseStep('weekly', { weekly: 'monday' }).decode(20260224)).toBeUndefined()
  })

  it('last seven days less the one that a zone skipped', () => {
    const step = parseStep('weekly', { weekly: 'monday', timeZone: 'Pacific/Apia' })
    expect(width(step, step.floor(utc('2011-12-28')))).toBe(6 * DAY)
  })
})
