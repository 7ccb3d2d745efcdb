import type { DocumentNode } from 'graphql'

/** Bytes that a token takes, with its share of the nodes that are made of it: 250 to 480, as measured. */
const TOKEN = 400

const known = new WeakMap<DocumentNode, number>()

/** About how many bytes a document takes, its text included; counted once for each document. */
export function weightOf(document: DocumentNode): number {
  const before = known.get(document)
  if (before !== undefined) return before
  let tokens = 0
  for (let token = document.loc?.startToken; token; token = token.next ?? undefined) tokens += 1
  const weight = (document.loc?.source.body.length ?? 0) + TOKEN * tokens
  known.set(document, weight)
  return weight
}
