import type { GraphQLParams, Plugin } from 'graphql-yoga'
import type { Documents } from './documents.ts'
import { type OperationRequest, requestOfBody, requestOfSearch } from './operation-request.ts'

/** Reads what a request over HTTP asks for, and finds its document. */
export function useOperationRequests(documents: Documents): Plugin {
  const paramsOf = (request: OperationRequest): GraphQLParams => {
    const { operationName, variables = {}, extensions = {} } = request
    const query = documents.documentOf(request)
    return { query, ...(operationName === undefined ? {} : { operationName }), variables, extensions }
  }
  return {
    onRequestParse({ request, url, setRequestParser }) {
      if (request.method === 'GET') setRequestParser(() => paramsOf(requestOfSearch(url.search)))
      if (request.method === 'POST')
        setRequestParser(async () => paramsOf(requestOfBody(new Uint8Array(await request.arrayBuffer()))))
    },
  }
}
