import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { count, divides, parseStep, range, width } from '../../../../src/kairos/calendar/index.ts'
import { anyTime, anyZone, utc } from './zones.ts'

describe('range', () => {
  it('lists the starts of the buckets of both ends and between, ascending', () => {
    expect(range(parseStep(60), -61, 59)).toEqual([-120, -60, 0])
    const days = range(parseStep('daily'), utc('2012-02-28T12:00:00Z'), utc('2012-03-01T12:00:00Z'))
    expect(days).toEqual(['2012-02-28', '2012-02-29', '2012-03-01'].map(utc))
  })

  it('is the one bucket where both ends lie in it, and empty where the end is before the start', () => {
    expect(range(parseStep(60), 0, 59)).toEqual([0])
    expect(range(parseStep(60), 60, 59)).toEqual([])
  })

  it('starts with the floor of the start, ends with that of the end, and leaves out nothing', () => {
    const spans = fc.double({ min: 0, max: 3e7, noNaN: true })
    fc.assert(
      fc.property(anyZone, anyTime, spans, (timeZone, from, span) => {
        const step = parseStep('daily', { timeZone })
        const starts = range(step, from, from + span)
        expect(starts).toHaveLength(count(step, from, from + span))
        expect(starts[0]).toBe(step.floor(from))
        expect(starts.at(-1)).toBe(step.floor(from + span))
        starts.reduce((a, b) => {
          expect(a + width(step, a)).toBe(b)
          return b
        })
      }),
      { numRuns: 50 },
    )
  })

  it('refuses more than its maximum, however many, before it lists any', () => {
    expect(range(parseStep(1), 1, 10, 10)).toHaveLength(10)
    expect(() => range(parseStep(1), 1, 11, 10)).toThrow(new RangeError('11 steps of 1 are more than 10'))
    expect(() => range(parseStep(1), -1e11, 1e11)).toThrow('200000000001 steps of 1 are more than 1000000')
    expect(() => range(parseStep('daily'), utc('0000-01-01'), 1e11)).toThrow(RangeError)
  })
})

describe('count', () => {
  it('counts in no time what could not be listed', () => {
    expect(count(parseStep(1), -1e11, 1e11)).toBe(200_000_000_001)
    expect(count(parseStep('daily'), utc('0000-01-01'), utc('2000-01-01'))).toBe(730_486)
  })

  it('is 0 where the end is before the start', () => {
    expect(count(parseStep('daily'), 1, 0)).toBe(0)
  })
})

describe('divides', () => {
  const daily = (timeZone: string) => parseStep('daily', { timeZone })

  it.each([
    [60, 3600, true],
    [3600, 60, false],
    [7, 60, false],
    ['1h', '1h', true],
    ['1h', 'daily', true],
    ['7h', 'daily', false],
    ['1d', 'daily', true],
    ['daily', '2w', true],
    ['daily', '1h', false],
    ['daily', 100_000, false],
    ['daily', 1e11, false],
    ['daily', 'weekly', true],
    ['daily', 'monthly', true],
    ['weekly', 'monthly', false],
    ['weekly', 'yearly', true],
    ['monthly', 'yearly', true],
    ['yearly', 'monthly', false],
    ['1w', 'weekly', false],
  ])('%s and %s: %s', (resolution, step, expected) => {
    expect(divides(parseStep(resolution), parseStep(step))).toBe(expected)
  })

  it('says no to whole weeks in years, which they straddle', () => {
    expect(divides(parseStep('weekly', { weekly: 'monday' }), parseStep('yearly'))).toBe(false)
  })

  it.each([
    ['1h', 'Europe/Berlin', true],
    ['1h', 'America/St_Johns', false],
    ['30min', 'America/St_Johns', true],
    ['30min', 'Australia/Lord_Howe', true],
    ['1h', 'Asia/Kathmandu', false],
    ['15min', 'Asia/Kathmandu', true],
    ['1h', 'Asia/Singapore', true],
    ['2h', 'Europe/Berlin', false],
  ])('%s in the days of %s: %s', (resolution, zone, expected) => {
    expect(divides(parseStep(resolution), daily(zone))).toBe(expected)
  })

  it('knows days of one zone from those of another', () => {
    expect(divides(daily('UTC'), daily('Europe/Berlin'))).toBe(false)
    expect(divides(daily('Etc/UTC'), daily('UTC'))).toBe(true)
  })
})
