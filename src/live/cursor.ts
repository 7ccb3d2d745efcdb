import { KairosError } from '../kairos/index.ts'

/** A point in the life of a window: which window, and which of its versions. */
export interface Cursor {
  /** names one life of one window; no other window, server or life has it */
  readonly epoch: string
  /** counts from 1, one for each change */
  readonly version: number
}

export function encodeCursor({ epoch, version }: Cursor): string {
  return `${epoch}.${version}`
}

const CURSOR = /^([\w-]{16})\.(\d{1,15})$/

/** Whether a text may be a cursor, of whichever window. */
export function isCursor(text: string): boolean {
  return CURSOR.test(text)
}

/** Throws BAD_USER_INPUT where the text is no cursor at all. */
export function decodeCursor(text: string): Cursor {
  const [, epoch, version] = CURSOR.exec(text) ?? []
  if (epoch === undefined)
    throw new KairosError('BAD_USER_INPUT', 'after must be a cursor that a subscription gave')
  return { epoch, version: Number(version) }
}
