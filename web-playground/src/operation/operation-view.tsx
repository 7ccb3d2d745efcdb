import { readOperation, watchOperation } from 'kairos/client'
import { CodeView, graphiqlAddress } from './code-view.tsx'
import { curl } from './curl.ts'
import { pageSource, type Shown } from './page-source.ts'
import { selfContained } from './self-contained.ts'

type Props = Shown & {
  /** whether the server wants a token; default no */
  readonly authorized?: boolean
}

/** The operation that feeds a chart, and a page that shows the same. */
export function OperationView({ authorized = false, ...shown }: Props) {
  const isLive = 'live' in shown
  const operation = isLive ? watchOperation(shown.live) : readOperation(shown.past)
  const document = selfContained(operation, isLive ? 'WatchSeries' : 'ReadSeries')
  const { origin } = location
  return (
    <CodeView
      label="The operation behind this chart"
      codes={[
        { name: 'GraphQL', text: document },
        { name: 'curl', text: curl([operation], { url: `${origin}/graphql`, authorized }) },
        { name: 'Page', text: pageSource(shown, { origin, authorized }) },
      ]}
      graphiql={graphiqlAddress(document)}
    />
  )
}
