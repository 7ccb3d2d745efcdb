import type { KairosError } from 'kairos/client'
import { errorFrom } from './error-from.ts'

/** Tells how a question ended, until the function that is returned says that nobody wants to know any more. */
export function settle<T>(
  answer: Promise<T>,
  done: (value: T) => void,
  failed: (error: KairosError) => void,
): () => void {
  let wanted = true
  answer.then(
    (value) => wanted && done(value),
    (cause: unknown) => wanted && failed(errorFrom(cause)),
  )
  return () => {
    wanted = false
  }
}
