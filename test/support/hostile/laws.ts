import { expect } from 'vitest'
import type { Reply } from '../app.ts'

/** The contract's, but for INTERNAL, which says that we made a mistake. */
const CODES = [
  'BAD_USER_INPUT',
  'UNKNOWN_SERIES',
  'UNKNOWN_INTERVAL',
  'TYPE_MISMATCH',
  'RANGE_TOO_LARGE',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'STORE_UNAVAILABLE',
]

/** Of Redis, of our files, or of a stack. */
const INSIDE =
  /WRONGTYPE|EVALSHA|NOSCRIPT|\bOOM\b|READONLY|ReplyError|ioredis|user_script|\.lua\b|__kairos:|node_modules|file:\/\/|\/src\/|\.[jt]s:\d|\n {4}at /

const LONGEST_MESSAGE = 2001

/** A result of GraphQL whose errors, if any, are coded, short, and tell nothing of what is inside. */
export function lawful(text: string | undefined): Reply {
  const reply: Reply = JSON.parse(text ?? 'nothing')
  expect(
    Object.keys(reply).filter((key) => key !== 'data' && key !== 'errors' && key !== 'extensions'),
  ).toEqual([])
  expect(reply.data !== undefined || (reply.errors?.length ?? 0) > 0).toBe(true)
  for (const { message, extensions, ...place } of reply.errors ?? []) {
    expect(CODES).toContain(extensions.code)
    expect(Object.keys(place).filter((key) => key !== 'locations' && key !== 'path')).toEqual([])
    expect(message).not.toBe('')
    expect(message.length).toBeLessThanOrEqual(LONGEST_MESSAGE)
    expect(message + JSON.stringify(extensions)).not.toMatch(INSIDE)
  }
  return reply
}
