export interface Token {
  readonly text: string
  readonly kind: 'comment' | 'keyword' | 'name' | 'variable' | 'string' | 'other'
}

const kinds = ['comment', 'string', 'variable', 'keyword', 'name'] as const

/** The words of a GraphQL document for colouring: nothing is lost or added. */
export function tokens(document: string): Token[] {
  const pattern =
    /(?<comment>#[^\n]*)|(?<string>"(?:\\.|[^"\\])*")|(?<variable>\$\w+)|(?<keyword>\b(?:query|mutation|subscription)\b)|(?<name>\w+(?:\.\d+)?)|[^"$\w#]+|./gs
  return Array.from(document.matchAll(pattern), ({ 0: text, groups }) => ({
    text,
    kind: kinds.find((kind) => groups?.[kind] !== undefined) ?? 'other',
  }))
}
