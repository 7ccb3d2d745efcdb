import { GraphQLError } from 'graphql'
import { malformed, type OperationRequest } from './request.ts'

/** Which documents are executed. */
export interface DocumentPolicy {
  /** The text of the document that a request means. Throws GraphQLError where there is none, or it may not run. */
  textOf(request: OperationRequest): string
}

/** Whatever a request brings. */
export const anyDocument: DocumentPolicy = {
  textOf(request) {
    const { query, documentId } = request
    if (documentId !== undefined)
      throw unknownDocument(
        'this server knows no documents: send the text as `query`, without a `documentId`',
      )
    if (query !== undefined) return query
    if (persistedQueryHash(request) !== undefined) throw unknownDocument('PersistedQueryNotSupported')
    throw malformed('a request needs `query`, the text of a document')
  },
}

/** What Apollo's protocol of persisted queries, which urql speaks too, puts in the place of a document. */
export function persistedQueryHash({ extensions }: OperationRequest): string | undefined {
  const persisted = extensions?.persistedQuery
  if (typeof persisted !== 'object' || persisted === null) return undefined
  return 'sha256Hash' in persisted && typeof persisted.sha256Hash === 'string'
    ? persisted.sha256Hash
    : undefined
}

/** As a document that is not valid: a request that is understood, and cannot be executed. */
export function unknownDocument(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400, spec: true } },
  })
}
