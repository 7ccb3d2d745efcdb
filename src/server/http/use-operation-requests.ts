import type { GraphQLParams, Plugin } from 'graphql-yoga'
import type { Caller } from '../operations/caller.ts'
import type { Operations } from '../operations/operations.ts'
import { type OperationRequest, requestOfBody, requestOfSearch } from '../operations/request.ts'

/** Reads what a request over HTTP asks for, and finds its document. */
export function useOperationRequests(
  operations: Operations,
): Plugin<Record<never, never>, { readonly caller?: Caller | undefined }> {
  const paramsOf = (request: OperationRequest, caller: Caller | undefined): GraphQLParams => {
    const { operationName, variables = {}, extensions = {} } = request
    const query = operations.textOf(request, caller?.requestId)
    return { query, ...(operationName === undefined ? {} : { operationName }), variables, extensions }
  }
  return {
    onRequestParse({ request, url, serverContext: { caller }, setRequestParser }) {
      if (request.method === 'GET') setRequestParser(() => paramsOf(requestOfSearch(url.search), caller))
      if (request.method === 'POST')
        setRequestParser(async () =>
          paramsOf(requestOfBody(Buffer.from(await request.arrayBuffer())), caller),
        )
    },
  }
}
