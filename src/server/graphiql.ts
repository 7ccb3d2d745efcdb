import type { GraphiQLOptions } from 'graphql-yoga'
import type { Definition } from '../kairos/index.ts'

/** How GraphiQL opens: with operations that work on series of these definitions. */
export function graphiqlOptions(definitions: readonly Definition[]): GraphiQLOptions {
  return {
    title: 'Kairos · GraphiQL',
    subscriptionsProtocol: 'WS',
    defaultTabs: examples(definitions).map((query) => ({ query })),
  }
}

/** An operation on a series that surely exists, where a definition names one; and one that tells what there is. */
function examples(definitions: readonly Definition[]): string[] {
  const definition = definitions.find(({ match, type }) => type === 'gauge' && !match[0]?.includes('*'))
  const [name, interval] = [definition?.match[0], definition?.intervals[0]?.name]
  const overview = `# What is recorded here
query Definitions {
  definitions {
    name
    match
    type
    unit
    description
    intervals { name step steps resolution }
  }
}
`
  if (name === undefined || interval === undefined) return [overview]
  const target = `name: ${JSON.stringify(name)}, interval: ${JSON.stringify(interval)}`
  return [
    `# The last ten steps of a series
query LastTen {
  series(${target}, steps: 10) {
    unit
    buckets { timestamp value }
  }
}
`,
    `# First the whole window, then whatever changes
subscription Live {
  series(${target}, steps: 10) {
    kind
    removed
    changed { buckets { timestamp value } }
  }
}
`,
    overview,
  ]
}
