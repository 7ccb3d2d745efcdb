/**
 * A document that runs as it stands: the variables' values become their defaults, as the address of GraphiQL carries a
 * query but no variables. (A JSON string is a GraphQL string.)
 */
export function selfContained(document: string, variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables).reduce(
    (text, [name, value]) =>
      text.replace(`$${name}: String!`, () => `$${name}: String! = ${JSON.stringify(value)}`),
    document.trim(),
  )
}

export interface Token {
  readonly text: string
  readonly kind: 'keyword' | 'name' | 'variable' | 'string' | 'other'
}

/** The words of a GraphQL document for colouring: nothing is lost or added. */
export function tokens(document: string): Token[] {
  const pattern =
    /(?<string>"(?:\\.|[^"\\])*")|(?<variable>\$\w+)|(?<keyword>\b(?:query|mutation|subscription)\b)|(?<name>\w+)|[^"$\w]+/g
  return Array.from(document.matchAll(pattern), ({ 0: text, groups }) => {
    const kind = (['string', 'variable', 'keyword', 'name'] as const).find(
      (kind) => groups?.[kind] !== undefined,
    )
    return { text, kind: kind ?? 'other' }
  })
}
