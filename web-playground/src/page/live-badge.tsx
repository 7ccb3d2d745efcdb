import { clockTime } from '../format/time.ts'
import type { ConnectionState } from '../live/connection.ts'
import type { Fault } from '../live/fault.ts'
import './live-badge.css'

interface Props {
  readonly connection: ConnectionState
  readonly fault: Fault | null
}

/** Whether what is shown is what is, in words; read out when it changes. */
export function LiveBadge({ connection, fault }: Props) {
  return (
    <p class={`live-badge ${fault ? 'fault' : connection.kind}`} role="status">
      {words(connection, fault)}
    </p>
  )
}

function words(connection: ConnectionState, fault: Fault | null): string {
  switch (connection.kind) {
    case 'connecting':
      return 'Connecting'
    case 'reconnecting':
      return `Reconnecting since ${clockTime(connection.since)}`
    case 'closed':
      return `Closed since ${clockTime(connection.since)}`
    case 'live':
      return fault ? 'Not live' : 'Live'
  }
}
