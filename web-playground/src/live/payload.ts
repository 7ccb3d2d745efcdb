import type { SubscribePayload } from 'graphql-ws'
import type { TypedDocumentString } from 'kairos/client/documents'

/** A document with its hash, which is what a server that trusts none but ours looks for. */
export function payloadOf<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
): SubscribePayload {
  const persistedQuery = { version: 1, sha256Hash: document.__meta__?.hash }
  return { query: document.toString(), extensions: { persistedQuery } }
}
