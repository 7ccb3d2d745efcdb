import type { GraphQLError } from 'graphql'
import { rateLimited } from '../../graphql/errors.ts'

/** All clients together have as much under way as there is memory for; it is free again when others are done. */
export function tooFull(what: string): GraphQLError {
  return rateLimited('memory', `the server holds as ${what} as it has memory for: come again in a moment`, 1)
}

/** `seconds` until the caller may come again. */
export function tooFast(seconds: number): GraphQLError {
  return rateLimited(
    'maxRequestsPerSecond',
    `there were as many requests as one caller may send: come again in ${seconds} s`,
    seconds,
  )
}
