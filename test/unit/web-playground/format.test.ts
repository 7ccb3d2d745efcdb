import { expect, test } from 'vitest'
import { axisLabels, quantityText } from '../../../web-playground/src/format/quantity.ts'
import { axisTime, bucketTime, span } from '../../../web-playground/src/format/time.ts'

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
  [3 * 2 ** 50, 'B', '3,072 TiB'],
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

test('a unit that is a word is not repeated along the axis', () => {
  expect(axisLabels([0, 5], 'requests')).toEqual(['0', '5'])
})

test.each([
  [1, '1 second'],
  [60, '60 seconds'],
  [300, '5 minutes'],
  [86_400, '24 hours'],
  [30 * 86_400, '30 days'],
])('%d seconds are %s', (seconds, text) => {
  expect(span(seconds)).toBe(text)
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
