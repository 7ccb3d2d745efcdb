import type { ConnectionState } from 'kairos/client'
import type { Condition } from '../dashboard/condition.ts'
import { clockTime } from '../format/time.ts'

export interface Status {
  readonly text: string
  readonly kind: 'good' | 'waiting' | 'lost' | 'bad'
}

/** How true the page is, in a few words. `conditions` are those of its charts. */
export function statusOf(connection: ConnectionState, conditions: readonly Condition[]): Status {
  switch (connection.kind) {
    case 'connecting':
      return { text: 'Connecting', kind: 'waiting' }
    case 'reconnecting':
      return { text: `Reconnecting since ${clockTime(connection.since)}`, kind: 'lost' }
    case 'closed':
      return { text: `Not live since ${clockTime(connection.since)}`, kind: 'bad' }
    case 'live': {
      if (connection.storeAwaySince !== null)
        return { text: `Redis is away since ${clockTime(connection.storeAwaySince)}`, kind: 'lost' }
      const count = (kind: Condition['kind']) => conditions.filter((each) => each.kind === kind).length
      const resuming = count('stale') > 0 || (conditions.length > 0 && count('loading') === conditions.length)
      if (resuming) return { text: 'Connecting', kind: 'waiting' }
      if (count('refused') > 0)
        return { text: `Live, ${count('refused')} of ${conditions.length} refused`, kind: 'bad' }
      return { text: 'Live', kind: 'good' }
    }
  }
}
