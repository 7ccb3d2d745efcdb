import { KairosError } from 'kairos/client'

export interface Result {
  readonly inserted: number
  readonly expired: number
  readonly duplicate: boolean
}

/** Of requests of which none was empty. */
export function sumOf(results: readonly Result[]): Result {
  return {
    inserted: results.reduce((sum, { inserted }) => sum + inserted, 0),
    expired: results.reduce((sum, { expired }) => sum + expired, 0),
    duplicate: results.every(({ duplicate }) => duplicate),
  }
}

/** What became of values, in words. */
export function resultText({ inserted, expired, duplicate }: Result): string {
  const tooOld = `${expired.toLocaleString('en')} expired: too old for every interval`
  const kept = `${values(inserted)} inserted${duplicate ? ' before, and not twice' : ''}`
  if (expired === 0) return kept
  return inserted === 0 ? tooOld : `${kept}, ${tooOld}`
}

export function values(count: number): string {
  return `${count.toLocaleString('en')} value${count === 1 ? '' : 's'}`
}

/** Why values were not inserted, or are not known to be. */
export interface Refusal {
  readonly code: string
  readonly message: string
  /** whether the same may succeed later */
  readonly again: boolean
  /** values that were inserted before */
  readonly before?: number
}

export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof KairosError)) return { code: 'INTERNAL', message: String(error), again: true }
  const { code, message, retryAfter, isPassing: again } = error
  return { code, message: retryAfter === null ? message : `${message} (after ${retryAfter} s)`, again }
}

/** What the reader is told of what was sent. */
export type Outcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'busy'; readonly text: string }
  | { readonly kind: 'done'; readonly text: string }
  | ({ readonly kind: 'refused' } & Refusal)
