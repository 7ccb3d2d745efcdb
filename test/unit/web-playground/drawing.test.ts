import { expect, test } from 'vitest'
import { type Bucket, drawingOf, latest } from '../../../web-playground/src/chart/drawing.ts'

const gauge = drawingOf({ type: 'GAUGE', valueType: 'FLOAT', unit: '%' })
const count = drawingOf({ type: 'COUNT', valueType: 'FLOAT', unit: 'requests' })
const histogram = drawingOf({ type: 'HISTOGRAM', valueType: 'FLOAT', unit: 'ms' })
const set = drawingOf({ type: 'SET', valueType: 'STRING', unit: null })

const second = (timestamp: number, content: Omit<Bucket, 'timestamp' | 'seconds'>): Bucket => ({
  timestamp,
  seconds: 1,
  ...content,
})
const figure = (drawing: typeof gauge, buckets: Bucket[], label: string) =>
  drawing.summary(buckets).find((each) => each.label === label)?.value

test('what adds up within a bucket is drawn as bars, what does not as a line', () => {
  expect([gauge, count, histogram, set].map(({ shape }) => shape)).toEqual(['line', 'bars', 'line', 'bars'])
})

test('a histogram has its mean and 95th percentile as lines', () => {
  expect(histogram.lines.map((line) => line.of(second(0, { mean: 2, p95: 7 })))).toEqual([2, 7])
})

test('values that are not numbers are counted where there can be many, and told where there is one', () => {
  const words = drawingOf({ type: 'SERIES', valueType: 'STRING', unit: 'kg' })
  expect(words.lines.map((line) => line.of(second(0, { count: 3 })))).toEqual([3])
  expect(words.unit).toBeNull()
  const word = drawingOf({ type: 'GAUGE', valueType: 'STRING', unit: null })
  expect(word.lines).toEqual([])
  expect(word.values?.(second(0, { value: 'open' }))).toEqual(['open'])
})

test('a boolean gauge is a line between 0 and 1', () => {
  const [line] = drawingOf({ type: 'GAUGE', valueType: 'BOOLEAN', unit: null }).lines
  expect([true, false, null].map((value) => line?.of(second(0, { value })))).toEqual([1, 0, null])
})

test('the average of a histogram is the mean of its values, not of its means', () => {
  const buckets = [
    second(0, { count: 1, mean: 10 }),
    second(1, { count: 3, mean: 2 }),
    second(2, { count: 0, mean: null }),
  ]
  expect(figure(histogram, buckets, 'average')).toBe(4)
})

test('the lowest and highest of a histogram are those of its values', () => {
  const buckets = [
    second(0, { count: 2, mean: 5, min: 1, max: 9 }),
    second(1, { count: 1, mean: 4, min: 4, max: 4 }),
  ]
  expect(figure(histogram, buckets, 'lowest')).toBe(1)
  expect(figure(histogram, buckets, 'highest')).toBe(9)
})

test('the total of a count is the sum of its buckets', () => {
  expect(
    figure(count, [second(0, { count: 2 }), second(1, { count: 0 }), second(2, { count: 5 })], 'total'),
  ).toBe(7)
})

test('nothing recorded has no lowest, average or highest', () => {
  expect(gauge.summary([second(0, { value: null })]).map(({ value }) => value)).toEqual([null, null, null])
})

test('members are counted over all buckets, and not where some were left out', () => {
  const buckets = [second(0, { count: 2, members: ['a', 'b'] }), second(1, { count: 1, members: ['b'] })]
  expect(figure(set, buckets, 'distinct in all')).toBe(2)
  expect(figure(set, [...buckets, second(2, { count: 30, members: ['c'] })], 'distinct in all')).toBeNull()
})

test('the latest of a gauge is its newest value, of a count its newest bucket that is over', () => {
  const values = [second(8, { value: 1 }), second(9, { value: 2 }), second(10, { value: null })]
  expect(latest(gauge, values, 10.5)?.value).toBe(2)
  const counts = [second(8, { count: 4 }), second(9, { count: 0 }), second(10, { count: 3 })]
  expect(latest(count, counts, 10.5)?.timestamp).toBe(9)
})

test('a bucket later than now is not the latest', () => {
  expect(latest(gauge, [second(9, { value: 1 }), second(10, { value: 2 })], 9.5)?.timestamp).toBe(9)
})
