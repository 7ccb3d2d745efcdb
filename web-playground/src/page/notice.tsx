import type { ComponentChildren } from 'preact'
import { clockTime, span as spanText } from '../format/time.ts'
import type { ConnectionState } from '../live/connection.ts'
import type { Fault } from '../live/fault.ts'
import './notice.css'

interface Props {
  readonly connection: ConnectionState
  readonly fault: Fault | null
  /** whether the server has answered yet, and whether there was anything in the answer */
  readonly content: 'none yet' | 'nothing' | 'something'
  /** seconds that the chart covers */
  readonly span: number
}

/** Over the chart, what keeps it from being both there and live; nothing where nothing does. */
export function Notice({ connection, fault, content, span }: Props) {
  if (connection.kind === 'closed') {
    return (
      <Words title={`Not live since ${clockTime(connection.since)}`}>
        {connection.reason} Reload to try again.
      </Words>
    )
  }
  if (connection.kind === 'reconnecting') {
    return (
      <Words title={`Not live since ${clockTime(connection.since)}`}>
        The server does not answer. Trying again.
      </Words>
    )
  }
  if (fault) return <Words title={fault.message}>{fault.code}</Words>
  if (content === 'none yet') return <p class="notice waiting">Loading</p>
  if (content === 'nothing') return <p class="notice">Nothing recorded in the last {spanText(span)}</p>
  return null
}

function Words({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <p class="notice">
      <strong>{title}</strong> {children}
    </p>
  )
}
