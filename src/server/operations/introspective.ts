import { type DocumentNode, visit } from 'graphql'

const known = new WeakMap<DocumentNode, boolean>()

/** Whether a document asks the schema about itself; looked up once for each document. */
export function isIntrospective(document: DocumentNode): boolean {
  const before = known.get(document)
  if (before !== undefined) return before
  let found = false
  visit(document, {
    Field({ name: { value } }) {
      found ||= value === '__schema' || value === '__type'
    },
  })
  known.set(document, found)
  return found
}
