import type { GraphQLError } from 'graphql'
import { rateLimited } from '../../graphql/errors.ts'

/** `seconds` until the caller may come again. */
export function tooFast(seconds: number): GraphQLError {
  return rateLimited(
    'maxRequestsPerSecond',
    `there were as many requests as one caller may send: come again in ${seconds} s`,
    seconds,
  )
}
