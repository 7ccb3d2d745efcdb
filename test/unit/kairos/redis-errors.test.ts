import { ReplyError } from 'ioredis'
import { expect, test } from 'vitest'
import { explain, refusalOf } from '../../../src/kairos/redis-errors.ts'

const full = "OOM command not allowed when used memory > 'maxmemory'."
const forbidden = "The user executing the script can't run this command or subcommand"

/** As Redis 6.2 says that a command of a script failed. */
const inScript = (text: string) => `ERR Error running script (call to f_913b8cca): @user_script:1: ${text}`

test.each([
  [full, 'its memory is full (OOM)'],
  [inScript(`@user_script: 217: -${full}`), 'its memory is full (OOM)'],
  [inScript("@user_script: 1: -READONLY You can't write against a replica."), 'it is a replica (READONLY)'],
  [`ERR ${forbidden}`, 'its ACL does not let this user do so (NOPERM)'],
  [inScript(`@user_script: 1: ${forbidden}`), 'its ACL does not let this user do so (NOPERM)'],
  [inScript('Script killed by user with SCRIPT KILL...'), 'somebody had the script killed'],
])('%s is a refusal, of every version of Redis', (message, reason) => {
  const error = new ReplyError(message)
  expect(refusalOf(error)).toBe(reason)
  expect(explain(error)).toMatchObject({ code: 'STORE_UNAVAILABLE' })
})

test.each([
  inScript("attempt to index global 'OOM' (a nil value)"),
  inScript('TOOMANYVALUES'),
  'ERR unknown command',
])('%s is none, but a mistake of ours', (message) => {
  const error = new ReplyError(message)
  expect(refusalOf(error)).toBeUndefined()
  expect(explain(error)).toBe(error)
})
