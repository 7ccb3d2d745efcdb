import { createHash } from 'node:crypto'
import { KairosError } from './errors.ts'
import type { Entry } from './model.ts'

/** What makes a request happen once. */
export interface Once {
  /** what the marker's key ends with, after what our own keys begin with */
  readonly key: string
  /** of what was asked, so that another request under the same id is noticed */
  readonly fingerprint: string
}

/** By what a request is known where it is repeated. */
export interface RequestId {
  /** 1 to 256 characters; absent: a repeat is another request */
  readonly id?: string | undefined
  /** whose id it is: the same one of another owner is another one; null and absent: nobody's in particular */
  readonly owner?: string | null | undefined
}

/** Milliseconds for which an id is remembered: a day. */
export const MARKER_LIFE = 86_400_000

const LONGEST_ID = 256

/**
 * Undefined without an id. Throws BAD_USER_INPUT where no id can be so. A time that was not given is not part of the request: it is another one when the call is repeated.
 */
export function once({ id, owner = null }: RequestId, request: readonly Entry[]): Once | undefined {
  if (id === undefined) return undefined
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID || /\p{Cs}/u.test(id)) {
    throw new KairosError('BAD_USER_INPUT', `an id must be a text of 1 to ${LONGEST_ID} characters`)
  }
  const asked = request.map(({ name, values, timestamp, dated, copies }) => [
    name,
    values,
    dated ? timestamp : null,
    copies,
  ])
  return {
    key: owner === null ? `id:${id}` : `id-of:${digestOf(owner)}:${id}`,
    fingerprint: digestOf(asked),
  }
}

function digestOf(data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('base64url')
}
