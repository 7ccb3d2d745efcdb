import { expect, test } from 'vitest'
import { axisLabels, quantityText } from '../../../../web-playground/src/format/quantity.ts'
import { axisTime, bucketTime, timeRange, zoneOf } from '../../../../web-playground/src/format/time.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

test.each([
  [0, '%', '0 %'],
  [0.0421, 'ms', '0.0421 ms'],
  [0.421, 'ms', '0.421 ms'],
  [12.345, '%', '12.3 %'],
  [123.45, 'ms', '123 ms'],
  [-12.345, '°C', '-12.3 °C'],
  [1234, 'requests', '1,234 requests'],
  [2_500_000, null, '2.5M'],
  [512, 'bytes', '512 B'],
  [124_150_000, 'bytes', '118.4 MiB'],
  [3 * 2 ** 60, 'B', '3,072 PiB'],
  [124_150_000, 'bytes/s', '118.4 MiB/s'],
  [-0, 'ms', '0 ms'],
  [0.0000421, null, '4.21e-5'],
  [5e-324, null, '4.94e-324'],
  [1e308, 'ms', '1e308 ms'],
  [-Number.MAX_VALUE, null, '-1.8e308'],
])('%d in %s reads %s', (value, unit, text) => {
  expect(plain(quantityText(value, unit))).toBe(text)
})

test('labels of one axis have the decimals that tell them apart', () => {
  expect(axisLabels([0, 0.25, 0.5], 'ms').map(plain)).toEqual(['0.00 ms', '0.25 ms', '0.50 ms'])
  expect(axisLabels([0, 20, 40], '%').map(plain)).toEqual(['0 %', '20 %', '40 %'])
})

test('labels of bytes are whole in one power of 1024', () => {
  expect(axisLabels([0, 2 ** 29, 2 ** 30], 'bytes').map(plain)).toEqual(['0 MiB', '512 MiB', '1,024 MiB'])
})

test('labels of large numbers are told apart too', () => {
  expect(axisLabels([1_000_000, 1_500_000], null)).toEqual(['1,000,000', '1,500,000'])
})

test('labels are short and told apart however large or small their values are', () => {
  expect(axisLabels([-1e308, -0, 1e308], null)).toEqual(['-1e308', '0', '1e308'])
  expect(axisLabels([0, 1e-300, 2e-300], null)).toEqual(['0', '1e-300', '2e-300'])
  expect(axisLabels([1e17, 1.001e17], null)).toEqual(['1e17', '1.001e17'])
  expect(axisLabels([7], null)).toEqual(['7'])
  expect(axisLabels([], null)).toEqual([])
})

test('a unit that is a word is not repeated along the axis', () => {
  expect(axisLabels([0, 5], 'requests')).toEqual(['0', '5'])
})

// Noon in whichever zone the reader is.
const noon = new Date(2026, 7, 3, 12, 0, 0).getTime() / 1000

test.each([
  [1, '12:00:00'],
  [60, '12:00'],
  [3_600, '3 Aug, 12:00'],
  [86_400, '3 Aug 2026'],
])('a bucket of %d seconds begins at %s', (seconds, text) => {
  expect(bucketTime({ timestamp: noon, seconds })).toBe(text)
})

test('an axis tells midnight by the day that begins', () => {
  expect([noon - 12 * 3_600, noon].map((time) => axisTime(time, 12 * 3_600))).toEqual(['3 Aug', '12:00'])
})

const midnightInAuckland = Date.UTC(2026, 7, 2, 12) / 1000

test('days and longer steps are told in the zone that they begin in, shorter ones in the reader’s', () => {
  const interval = { timeZone: 'Pacific/Auckland' }
  const told = (seconds: number) =>
    bucketTime({ timestamp: midnightInAuckland, seconds }, zoneOf(seconds, interval))
  expect(told(86_400)).toBe('3 Aug 2026')
  // When clocks are set forward.
  expect(told(23 * 3_600)).toBe('3 Aug 2026')
  expect(zoneOf(3_600, interval)).toBeUndefined()
  expect(zoneOf(86_400, null)).toBeUndefined()
  expect(axisTime(midnightInAuckland, 86_400, interval.timeZone)).toBe('3 Aug')
})

test.each([
  [30 * 86_400, 'Aug 2026'],
  [365 * 86_400, '2026'],
])('labels that are %d seconds apart tell %s', (gap, text) => {
  expect(axisTime(noon, gap)).toBe(text)
})

test.each([
  [73, '12:00:00 – 12:01:13'],
  [3 * 3_600, '12:00 – 15:00'],
  [18 * 3_600, '3 Aug, 12:00 – 4 Aug, 06:00'],
  [5 * 86_400, '3 Aug 2026 – 8 Aug 2026'],
])('%d seconds from noon on are %s', (seconds, text) => {
  expect(timeRange(noon, noon + seconds)).toBe(text)
})
