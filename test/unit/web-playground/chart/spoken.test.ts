import type { Columns, SeriesData } from 'kairos/client'
import { expect, test } from 'vitest'
import { drawingsOf } from '../../../../web-playground/src/chart/drawing.ts'
import { spokenBin, spokenBucket, timeText } from '../../../../web-playground/src/chart/spoken.ts'

type Series = SeriesData<Columns>

// Noon in whichever zone the reader is.
const noon = new Date(2026, 7, 3, 12, 0, 0).getTime() / 1000
const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ')

/** Two buckets of a minute from noon on. */
function minutes(content: Partial<Series>): Series {
  return {
    names: ['a'],
    type: null,
    unit: null,
    interval: null,
    folded: 1,
    timestamps: [noon, noon + 60],
    end: noon + 120,
    columns: {},
    value: null,
    values: null,
    entries: null,
    members: null,
    grid: null,
    ...content,
  }
}

const [value] = drawingsOf({ type: 'GAUGE', valueType: 'FLOAT', unit: 'ms' })
const [word] = drawingsOf({ type: 'GAUGE', valueType: 'STRING', unit: null })
const [switched] = drawingsOf({ type: 'GAUGE', valueType: 'BOOLEAN', unit: null })
const [total] = drawingsOf({ type: 'COUNT', valueType: 'FLOAT', unit: 'requests' })

test('a bucket is told by its time and each of its numbers', () => {
  const series = minutes({ value: [12.5, null] })
  expect(plain(spokenBucket(value, series, 0, noon))).toBe('12:00: value 12.5 ms')
  expect(spokenBucket(value, series, 1, noon)).toBe('12:01: value none')
  expect(spokenBucket(value, series, -1, noon)).toBe('no data')
})

test('what still adds up is told as such', () => {
  const series = minutes({ columns: { count: [4, 3] } })
  expect(plain(spokenBucket(total, series, 0, noon + 90))).toBe('12:00: total 4 requests')
  expect(plain(spokenBucket(total, series, 1, noon + 90))).toBe('12:01: total 3 requests, so far')
  expect(plain(spokenBucket(total, series, 1, noon + 120))).toBe('12:01: total 3 requests')
})

test('words and truth are told as they are, a long word not to its end', () => {
  expect(spokenBucket(switched, minutes({ value: [true, null] }), 0, noon)).toBe('12:00: true')
  expect(spokenBucket(word, minutes({ value: ['open', null] }), 1, noon)).toBe('12:01: nothing')
  const long = spokenBucket(word, minutes({ value: ['x'.repeat(1_000), null] }), 0, noon)
  expect(long.length).toBeLessThan(100)
})

test('a bin is told by its edges and its count', () => {
  const grid = { width: 20, from: 100, counts: [[1, 34], []] }
  expect(plain(spokenBin(minutes({ grid }), 0, 125, 'ms'))).toBe('120 – 140 ms: 34')
  expect(plain(spokenBin(minutes({ grid }), 0, 100, 'ms'))).toBe('100 – 120 ms: 1')
  expect(spokenBin(minutes({ grid }), 0, 99, 'ms')).toBeNull()
  expect(spokenBin(minutes({ grid }), 0, 140, 'ms')).toBeNull()
  expect(spokenBin(minutes({ grid }), 1, 125, 'ms')).toBeNull()
})

test('bins of bytes keep the unit of either edge', () => {
  const grid = { width: 512, from: 512, counts: [[7], []] }
  expect(plain(spokenBin(minutes({ grid }), 0, 600, 'bytes'))).toBe('512 B – 1 KiB: 7')
})

test('a day is told in the zone that it begins in', () => {
  const day = Date.UTC(2026, 7, 2, 12) / 1000
  const interval = {
    name: 'day',
    step: 'daily',
    steps: 30,
    resolution: 'daily',
    timeZone: 'Pacific/Auckland',
  }
  expect(timeText(minutes({ timestamps: [day], end: day + 86_400, interval }), 0)).toBe('3 Aug 2026')
})
