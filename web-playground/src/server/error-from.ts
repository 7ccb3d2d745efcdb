import { KairosError } from 'kairos/client'

/** What the client throws is a KairosError; whatever else is thrown is a mistake of the page's. */
export function errorFrom(cause: unknown): KairosError {
  if (cause instanceof KairosError) return cause
  return new KairosError('INTERNAL', cause instanceof Error ? cause.message : String(cause))
}
