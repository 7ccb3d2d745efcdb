import { expect, test } from 'vitest'
import { runsOf } from '../../../../web-playground/src/chart/words.ts'

test('a value lasts until another one or nothing follows', () => {
  expect(runsOf([0, 10, 20, 30, 40, 50], ['open', 'open', 'shut', null, 'shut'])).toEqual([
    { from: 0, to: 20, value: 'open' },
    { from: 20, to: 30, value: 'shut' },
    { from: 40, to: 50, value: 'shut' },
  ])
})

test('of nothing there are no runs', () => {
  expect(runsOf([], [])).toEqual([])
})
