/** Nobody whom the configuration knows. The message, which holds nothing of a token, is meant for the caller's eyes. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated'
}
