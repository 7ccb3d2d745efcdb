import type { IncomingMessage, ServerResponse } from 'node:http'
import { exampleOperations } from './example-operations.ts'
import type { ExampleSubjects } from './example-series.ts'
import { GRAPHIQL_POLICY, renderPage } from './page.ts'

/** A browser that comes to look, not a program that asks: for the page nobody has to be known. */
export function asksForGraphiQL({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true
}

/** Answers with GraphiQL, which opens with operations on these series. */
export function answerGraphiQL(response: ServerResponse, subjects: ExampleSubjects): void {
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.setHeader('content-security-policy', GRAPHIQL_POLICY)
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('cache-control', 'no-store') // it names what is stored now
  response.end(
    renderPage({
      title: 'Kairos · GraphiQL',
      subscriptionsProtocol: 'WS',
      defaultTabs: exampleOperations(subjects),
    }),
  )
}
