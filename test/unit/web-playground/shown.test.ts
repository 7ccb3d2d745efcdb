import { expect, test } from 'vitest'
import { isSameShown, shownOf } from '../../../web-playground/src/dashboard/shown.ts'
import type { Definition } from '../../../web-playground/src/server/definition.ts'

const definition: Definition = {
  name: 'latency',
  type: 'HISTOGRAM',
  valueType: 'FLOAT',
  quantize: null,
  unit: 'ms',
  description: null,
  intervals: [
    { name: 'minute', step: '60', steps: 60, resolution: '60', timeZone: 'UTC' },
    { name: 'hour', step: '1h', steps: 24, resolution: '60', timeZone: 'UTC' },
  ],
}
const shown = (view: Parameters<typeof shownOf>[0]) => shownOf(view, definition)

test('what a view leaves open is the finest interval, all of it, in the natural drawing', () => {
  expect(shown({ names: ['a'] })).toMatchObject({
    interval: 'minute',
    steps: 60,
    condensed: false,
    drawing: { name: 'distribution' },
  })
})

test('an interval that does not exist is asked for as it is, for the server to refuse', () => {
  const { interval, steps } = shown({ names: ['a'], interval: 'nonsense' })
  expect([interval, steps]).toEqual(['nonsense', undefined])
})

test('a drawing that does not exist is the natural one', () => {
  expect(shown({ names: ['a'], drawing: 'nonsense' }).drawing.name).toBe('distribution')
})

test('only what is divided can be condensed', () => {
  expect(shown({ names: ['a'], condensed: true }).condensed).toBe(false)
  expect(shown({ names: ['a'], interval: 'hour', condensed: true }).condensed).toBe(true)
})

test('the same view of the same definition is the same, and of another one is not', () => {
  expect(isSameShown(shown({ names: ['a'] }), shown({ names: ['a'] }))).toBe(true)
  expect(isSameShown(shown({ names: ['a'] }), shown({ names: ['a'], steps: 15 }))).toBe(false)
  expect(isSameShown(shown({ names: ['a'] }), shownOf({ names: ['a'] }, { ...definition, unit: 's' }))).toBe(
    false,
  )
})
