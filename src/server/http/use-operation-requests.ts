import type { GraphQLParams, Plugin } from 'graphql-yoga'
import type { Operations } from '../operations/operations.ts'
import { type OperationRequest, requestOfBody, requestOfSearch } from '../operations/request.ts'

/** Reads what a request over HTTP asks for, and finds its document. */
export function useOperationRequests(operations: Operations): Plugin {
  const paramsOf = (request: OperationRequest): GraphQLParams => {
    const { operationName, variables = {}, extensions = {} } = request
    const query = operations.textOf(request)
    return { query, ...(operationName === undefined ? {} : { operationName }), variables, extensions }
  }
  return {
    onRequestParse({ request, url, setRequestParser }) {
      if (request.method === 'GET') setRequestParser(() => paramsOf(requestOfSearch(url.search)))
      if (request.method === 'POST')
        setRequestParser(async () => paramsOf(requestOfBody(Buffer.from(await request.arrayBuffer()))))
    },
  }
}
