import { expect, test } from 'vitest'
import { faultOf } from '../../../web-playground/src/live/fault.ts'

test('a fault is the first error’s sentence and code', () => {
  const errors = [
    { message: 'No interval day.', extensions: { code: 'UNKNOWN_INTERVAL' } },
    { message: 'Another.' },
  ]
  expect(faultOf(errors)).toEqual({ code: 'UNKNOWN_INTERVAL', message: 'No interval day.' })
})

test('a fault of a socket is its close reason', () => {
  expect(faultOf({ code: 4401, reason: 'Unauthorized' })).toEqual({ code: null, message: 'Unauthorized' })
})

test.each([[null], [undefined], ['text'], [[]], [{ message: 7, extensions: null }]])(
  'whatever else ends an operation, such as %j, there is a sentence',
  (cause) => {
    expect(faultOf(cause)).toEqual({ code: null, message: 'The server ended the operation.' })
  },
)
