/** Why there are no data: the server's own sentence, and its `extensions.code` where it gave one. */
export interface Fault {
  readonly code: string | null
  readonly message: string
}

/** The fault in whatever ended an operation: a list of GraphQL errors, a close event, an exception. */
export function faultOf(cause: unknown): Fault {
  const first: unknown = Array.isArray(cause) ? cause[0] : cause
  const message = textOf(first, 'message') ?? textOf(first, 'reason') ?? 'The server ended the operation.'
  const extensions = typeof first === 'object' && first && 'extensions' in first ? first.extensions : null
  return { code: textOf(extensions, 'code'), message }
}

function textOf(holder: unknown, key: string): string | null {
  if (typeof holder !== 'object' || holder === null) return null
  const text: unknown = Reflect.get(holder, key)
  return typeof text === 'string' && text !== '' ? text : null
}
