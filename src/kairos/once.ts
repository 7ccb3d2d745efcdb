import { createHash } from 'node:crypto'
import { KairosError } from './errors.ts'
import { withColon } from './model.ts'

/** What makes a request happen once. */
export interface Once {
  /** the marker's key */
  readonly key: string
  /** of what was asked, so that another request under the same id is noticed */
  readonly fingerprint: string
}

/** Milliseconds for which an id is remembered: a day. */
export const MARKER_LIFE = 86_400_000

const LONGEST_ID = 256

/** Undefined without an id. Throws BAD_USER_INPUT where no id can be so. `request` is what JSON makes of it. */
export function once(prefix: string, id: string | undefined, request: unknown): Once | undefined {
  if (id === undefined) return undefined
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID || /\p{Cs}/u.test(id)) {
    throw new KairosError('BAD_USER_INPUT', `an id must be a text of 1 to ${LONGEST_ID} characters`)
  }
  return {
    key: `__kairos:${withColon(prefix)}id:${id}`,
    fingerprint: createHash('sha256').update(JSON.stringify(request)).digest('base64url'),
  }
}
