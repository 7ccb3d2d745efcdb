import { expect, expectTypeOf, test } from 'vitest'
import { type ErrorCode, errorOf, type InsertFault, KairosError } from '../../../src/client/kairos-error.ts'
import type { ErrorCode as EngineCode, InsertFault as EngineFault } from '../../../src/kairos/index.ts'

/** What the server says beside the engine's, as docs/api.md lists them. */
type ServerCode = EngineCode | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'RATE_LIMITED' | 'INTERNAL'

test('codes are those of the server, and the compiler checks it', () => {
  expectTypeOf<ErrorCode>().toEqualTypeOf<ServerCode>()
  expectTypeOf<EngineFault>().toExtend<InsertFault>()
})

test('an error carries what the server said with it', () => {
  const faults = [{ index: 1, code: 'BAD_USER_INPUT', message: 'no' }]
  expect(
    errorOf([
      { message: 'insert 1: no', extensions: { code: 'BAD_USER_INPUT', faults, faultCount: 120 } },
      { message: 'another' },
    ]),
  ).toMatchObject({
    message: 'insert 1: no',
    code: 'BAD_USER_INPUT',
    faults,
    faultCount: 120,
    retryAfter: null,
  })
  expect(errorOf([{ message: 'slow', extensions: { code: 'RATE_LIMITED', retryAfter: 3 } }])).toMatchObject({
    code: 'RATE_LIMITED',
    retryAfter: 3,
    faults: [],
    faultCount: 0,
  })
})

test.each([undefined, {}, { code: 'NO_SUCH_CODE' }, { code: 'toString' }, { code: 7 }])(
  'an error of no code that is known is INTERNAL: %j',
  (extensions) => {
    expect(errorOf([{ message: 'x', ...(extensions && { extensions }) }]).code).toBe('INTERNAL')
  },
)

test.each([
  ['BAD_USER_INPUT', false],
  ['UNKNOWN_SERIES', false],
  ['UNAUTHENTICATED', false],
  ['FORBIDDEN', false],
  ['RATE_LIMITED', true],
  ['STORE_UNAVAILABLE', true],
  ['INTERNAL', true],
] as const)('%s is passing: %s', (code, passing) => {
  expect(new KairosError(code, 'x').isPassing).toBe(passing)
})
