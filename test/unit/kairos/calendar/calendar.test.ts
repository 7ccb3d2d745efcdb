import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStep, type Step } from '../../../../src/kairos/calendar/index.ts'
import { anyTime, anyZone, utc } from './zones.ts'

const kinds = ['daily', 'weekly kairos', 'weekly monday', 'weekly sunday', 'monthly', 'yearly'] as const

function stepOf(kind: (typeof kinds)[number], timeZone: string): Step {
  if (kind === 'weekly kairos') return parseStep('weekly', { timeZone, weekly: 'kairos' })
  if (kind === 'weekly monday') return parseStep('weekly', { timeZone, weekly: 'monday' })
  if (kind === 'weekly sunday') return parseStep('weekly', { timeZone, weekly: 'sunday' })
  return parseStep(kind, { timeZone })
}

describe.each(kinds)('a %s step, in every zone', (kind) => {
  /** Tries a law for the bucket of a time `t`, and a number `n` of buckets. */
  const holds = (law: (step: Step, bucket: number, t: number, n: number) => void) => {
    const offsets = fc.integer({ min: -500, max: 500 })
    const property = fc.property(anyZone, anyTime, offsets, (zone, t, n) => {
      const step = stepOf(kind, zone)
      law(step, step.floor(t), t, n)
    })
    fc.assert(property)
  }

  it('holds t in the bucket that floor names, and in no later one', () => {
    holds((step, bucket, t) => {
      expect(bucket).toBeLessThanOrEqual(t)
      expect(t).toBeLessThan(step.offset(bucket, 1))
    })
  })

  it('floors the start of a bucket to itself, and the time before it to the bucket before', () => {
    holds((step, bucket) => {
      expect(step.floor(bucket)).toBe(bucket)
      expect(step.floor(bucket - 0.001)).toBe(step.offset(bucket, -1))
    })
  })

  it('comes back from an offset by its negative', () => {
    holds((step, bucket, _, n) => expect(step.offset(step.offset(bucket, n), -n)).toBe(bucket))
  })

  it('takes offsets one after the other as their sum', () => {
    holds((step, bucket, _, n) =>
      expect(step.offset(step.offset(bucket, n), 1)).toBe(step.offset(bucket, n + 1)),
    )
  })

  it('grows with the offset, without end', () => {
    holds((step, bucket, _, n) => expect(step.offset(bucket, n)).toBeLessThan(step.offset(bucket, n + 1)))
  })

  it('measures by distance what offset goes', () => {
    holds((step, bucket, _, n) => expect(step.distance(bucket, step.offset(bucket, n))).toBe(n))
  })

  it('decodes what it encodes', () => {
    holds((step, bucket) => expect(step.decode(step.encode(bucket))).toBe(bucket))
  })

  it('indexes neighbours in their order, and finds each by its index', () => {
    holds((step, bucket) => {
      expect(step.at(step.index(bucket))).toBe(bucket)
      expect(step.index(bucket)).toBeLessThan(step.index(step.offset(bucket, 1)))
    })
  })

  it('finds at any index the bucket that has it, or none', () => {
    const indexes = fc.oneof(
      fc.integer({ min: -1_000_000, max: 3_000_000 }),
      fc.double(),
      fc.maxSafeInteger(),
    )
    fc.assert(
      fc.property(anyZone, indexes, (zone, index) => {
        const step = stepOf(kind, zone)
        const bucket = step.at(index)
        if (bucket !== undefined) expect(step.index(bucket)).toBe(index + 0) // −0 is 0
      }),
    )
  })

  it('numbers buckets in their order', () => {
    holds((step, bucket) => expect(step.encode(bucket)).toBeLessThan(step.encode(step.offset(bucket, 1))))
  })

  it('decodes any number to the bucket that encodes to it, or to none', () => {
    const numbers = fc.oneof(
      fc.integer({ min: 0, max: 52_000_000 }),
      fc.integer(),
      fc.double(),
      fc.maxSafeInteger(),
    )
    fc.assert(
      fc.property(anyZone, numbers, (zone, number) => {
        const step = stepOf(kind, zone)
        const bucket = step.decode(number)
        if (bucket === undefined) return
        expect(step.encode(bucket)).toBe(number + 0) // −0 is 0
        expect(step.floor(bucket)).toBe(bucket)
      }),
    )
  })

  it('keeps its laws at both ends of time', () => {
    const step = stepOf(kind, 'Europe/Berlin')
    for (const t of [utc('0000-01-09'), 1e11]) {
      const bucket = step.floor(t)
      expect(step.offset(step.offset(bucket, 1), -1)).toBe(bucket)
      expect(step.decode(step.encode(bucket))).toBe(bucket)
    }
  })

  it('refuses times that are none, and years before 0 and after 9999', () => {
    const step = stepOf(kind, 'Europe/Berlin')
    for (const t of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e11 + 1, -1e11 - 1]) {
      expect(() => step.floor(t)).toThrow(`${t} is no time`)
    }
    const years = 'calendars cover the years 0 to 9999'
    expect(() => step.floor(-1e11)).toThrow(new RangeError(years))
    expect(() => step.offset(0, 10_000_000)).toThrow(new RangeError(years))
    expect(() => step.offset(0, -10_000_000)).toThrow(new RangeError(years))
    expect(() => step.offset(0, 0.5)).toThrow(RangeError)
  })
})

describe('a daily step', () => {
  it('starts each day when clocks first show its date', () => {
    const formats = new Map<string, Intl.DateTimeFormat>()
    const shownDate = (t: number, timeZone: string): number => {
      const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
      const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, ...parts })
      formats.set(timeZone, format)
      return Number(format.format(t * 1000).replaceAll('-', ''))
    }
    fc.assert(
      fc.property(anyZone, anyTime, fc.integer({ min: 1, max: 86_400 }), (zone, t, before) => {
        const step = parseStep('daily', { timeZone: zone })
        const bucket = step.floor(t)
        expect(shownDate(bucket, zone)).toBe(step.encode(bucket))
        expect(shownDate(bucket - 1, zone)).toBeLessThan(step.encode(bucket))
        expect(shownDate(bucket - before, zone)).toBeLessThan(step.encode(bucket))
        expect(shownDate(Math.floor(t), zone)).toBeLessThanOrEqual(step.encode(bucket))
      }),
      { numRuns: 300 },
    )
  })

  const day = (zone: string, date: number) => {
    const step = parseStep('daily', { timeZone: zone })
    const start = step.decode(date) ?? Number.NaN
    return { start, hours: (step.offset(start, 1) - start) / 3600 }
  }

  it.each([
    ['UTC', 20160229, '2016-02-29T00:00:00Z', 24],
    ['Europe/Berlin', 20260329, '2026-03-29T00:00:00+01:00', 23],
    ['Europe/Berlin', 20261025, '2026-10-25T00:00:00+02:00', 25],
    ['America/Sao_Paulo', 20181104, '2018-11-04T01:00:00-02:00', 23],
    ['Africa/Cairo', 20230428, '2023-04-28T01:00:00+03:00', 23],
    ['Asia/Beirut', 20240331, '2024-03-31T01:00:00+03:00', 23],
    ['America/Havana', 20231105, '2023-11-05T00:00:00-04:00', 25],
    ['Australia/Lord_Howe', 20261004, '2026-10-04T00:00:00+10:30', 23.5],
    ['Africa/Monrovia', 19710601, '1971-06-01T00:44:30Z', 24],
    ['Europe/Paris', 19000601, '1900-05-31T23:50:39Z', 24],
    ['America/Sitka', 18671019, '1867-10-18T09:01:13Z', 48],
  ])('in %s starts %i at %s and lasts %d hours', (zone, date, start, hours) => {
    expect(day(zone, date)).toEqual({ start: utc(start), hours })
  })

  it('counts what clocks repeat of the evening before to the day that has begun', () => {
    // At 00:01 on the 29th, 02:31 UTC, clocks in Newfoundland went back to 23:01 on the 28th.
    expect(day('America/St_Johns', 20061029)).toEqual({ start: utc('2006-10-29T02:30:00Z'), hours: 25 })
    const step = parseStep('daily', { timeZone: 'America/St_Johns' })
    expect(step.encode(step.floor(utc('2006-10-29T02:45:00Z')))).toBe(20061029)
  })

  it.each([
    ['Pacific/Apia', 20111229, 20111230, 20111231, '2011-12-31T00:00:00+14:00'],
    ['Pacific/Kwajalein', 19930820, 19930821, 19930822, '1993-08-22T00:00:00+12:00'],
    ['Pacific/Kiritimati', 19941230, 19941231, 19950101, '1995-01-01T00:00:00+14:00'],
    ['Asia/Manila', 18441230, 18441231, 18450101, '1844-12-31T15:56:08Z'],
  ])('in %s goes from %i over the skipped %i to %i', (zone, before, skipped, after, start) => {
    const step = parseStep('daily', { timeZone: zone })
    const bucket = step.decode(before) ?? Number.NaN
    expect(step.decode(skipped)).toBeUndefined()
    expect(step.decode(after)).toBe(utc(start))
    expect(step.offset(bucket, 1)).toBe(utc(start))
    expect(step.offset(utc(start), -1)).toBe(bucket)
    expect(step.distance(bucket, utc(start))).toBe(1)
    expect(step.offset(bucket, 1) - bucket).toBe(86_400)
  })
})

describe('months and years', () => {
  it.each([
    ['monthly', 'UTC', '2016-02-29T12:00:00Z', '2016-02-01T00:00:00Z', 201602],
    ['monthly', 'UTC', '1969-12-31T23:59:59Z', '1969-12-01T00:00:00Z', 196912],
    ['monthly', 'Asia/Tokyo', '2026-02-28T15:00:00Z', '2026-03-01T00:00:00+09:00', 202603],
    ['monthly', 'Pacific/Kiritimati', '1994-12-31T10:00:00Z', '1995-01-01T00:00:00+14:00', 199501],
    ['yearly', 'UTC', '2013-12-31T23:59:59Z', '2013-01-01T00:00:00Z', 2013],
    ['yearly', 'America/New_York', '2026-01-01T04:59:59Z', '2025-01-01T00:00:00-05:00', 2025],
    ['yearly', 'UTC', '0042-07-01T00:00:00Z', '0042-01-01T00:00:00Z', 42],
  ])('%s in %s: %s lies in the bucket from %s, number %i', (kind, timeZone, t, start, number) => {
    const step = parseStep(kind, { timeZone })
    expect(step.floor(utc(t))).toBe(utc(start))
    expect(step.encode(utc(start))).toBe(number)
  })

  it.each([
    ['daily', [20260231, 20250229, 20261301, 20260001, 20260100, 20260228.5, -20260228, 5, 99991231]],
    ['monthly', [202600, 202613, 2026, 999912]],
    ['yearly', [-1, 2026.5, 9999, 20260228]],
  ])('%s has no bucket for numbers that are no date of it, or beyond all times', (kind, numbers) => {
    expect(numbers.map(parseStep(kind).decode)).toEqual(numbers.map(() => undefined))
  })
})
