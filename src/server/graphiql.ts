import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import type { GraphiQLOptions } from 'graphql-yoga'
import { exampleOperations } from './example-operations.ts'
import type { ExampleSubjects } from './example-series.ts'

/** GraphiQL from our own files, with operations that work on these series. They are looked up for each page. */
export function graphiql(subjects: () => Promise<ExampleSubjects>): {
  options: () => Promise<GraphiQLOptions>
  render: typeof renderGraphiQL
} {
  return {
    options: async () => ({
      title: 'Kairos · GraphiQL',
      subscriptionsProtocol: 'WS',
      defaultTabs: exampleOperations(await subjects()),
    }),
    render: renderGraphiQL,
  }
}
