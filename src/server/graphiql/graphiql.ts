import type { GraphiQLOptions } from 'graphql-yoga'
import { exampleOperations } from './example-operations.ts'
import type { ExampleSubjects } from './example-series.ts'

/** How GraphiQL opens: with operations that work on these series. */
export function graphiqlOptions(subjects: ExampleSubjects): GraphiQLOptions {
  return {
    title: 'Kairos · GraphiQL',
    subscriptionsProtocol: 'WS',
    defaultTabs: exampleOperations(subjects),
  }
}
