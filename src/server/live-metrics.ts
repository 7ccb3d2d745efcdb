import type { Live } from '../live/index.ts'
import type { Deliveries } from './delivery.ts'
import { type Metrics, SECONDS } from './metrics.ts'
import type { Operations } from './operations/operations.ts'

/** What is behind the numbers of subscriptions. */
export interface Measured {
  readonly live: Live
  readonly operations: Operations
  readonly deliveries: Deliveries
}

/** Adds how late updates are; what is given is to be told of each, as Live does. */
export function measureLag(metrics: Metrics): (milliseconds: number) => void {
  const observe = metrics.histogram(
    'kairos_live_lag_seconds',
    'Seconds from when a change of a window was heard of to when the last update of it was handed to a socket; where the maxRate of subscribers made it wait, from when it need not any more. Clients that do not read are not waited for.',
    SECONDS,
  )
  return (milliseconds) => observe(milliseconds / 1000)
}

/** Adds what tells whether windows are current, how much of the work for them is shared, and who cannot follow. */
export function measureLive(metrics: Metrics, { live, operations, deliveries }: Measured): void {
  metrics.gauge(
    'kairos_windows',
    'Live windows that are kept, for 30 seconds those too that nobody watches.',
    () => live.windows,
  )
  metrics.gauge(
    'kairos_window_buckets',
    'Buckets that live windows hold, and stored values in them.',
    () => live.weight,
  )
  metrics.gauge('kairos_watchers', 'Subscriptions that watch a live window.', () => live.watchers)
  metrics.gauge(
    'kairos_subscribed_bytes',
    'Bytes that are held of what subscriptions ask: documents and variables, once for all who ask the same.',
    () => operations.renderings.weight,
  )
  metrics.gaugeBy(
    'transport',
    'kairos_subscriptions',
    'Subscriptions that are open to clients, by transport.',
    () => deliveries.sources,
  )
  metrics.gauge(
    'kairos_live_notified',
    '1 while Redis tells of changes; else 0, and windows are verified each second.',
    () => (live.trouble === undefined ? 1 : 0),
  )
  metrics.counter(
    'kairos_live_hints_total',
    'How often Redis told of a key of a window.',
    () => live.counts.hints,
  )
  metrics.counterBy(
    ['reason'],
    'kairos_live_doubts_total',
    'How often changes may have gone unheard, so that every window was read again, by reason.',
    () => Object.entries(live.counts.doubts),
  )
  metrics.gauge(
    'kairos_live_notification_seconds',
    'Seconds from writing a key to hearing of it from Redis, the last time that this was tried: once a second while there are windows. NaN before.',
    () => (live.notificationDelay ?? Number.NaN) / 1000,
  )
  metrics.counter(
    'kairos_live_reads_total',
    'Reads of Redis for windows, each for all that show the same series.',
    () => live.counts.reads,
  )
  metrics.counter(
    'kairos_live_steps_total',
    'Steps that were read for windows, of each series that is joined.',
    () => live.counts.steps,
  )
  metrics.counter(
    'kairos_live_renderings_total',
    'Updates that were executed and serialised, each once for all who watch the same.',
    () => operations.renderings.made,
  )
  metrics.counterBy(
    ['transport'],
    'kairos_live_frames_total',
    'Updates that were handed to sockets for clients, by transport.',
    () => Object.entries(deliveries.frames),
  )
  metrics.gauge(
    'kairos_live_stalled',
    'Subscriptions of which a client has not taken the last update, while there is another one.',
    () => deliveries.stalled,
  )
  metrics.counter(
    'kairos_live_stalls_total',
    'How often a subscription came to be stalled.',
    () => deliveries.stalls,
  )
  metrics.counter(
    'kairos_live_stalled_closed_total',
    'Connections that were ended since their client took nothing.',
    () => deliveries.givenUp,
  )
  metrics.gauge(
    'kairos_unread_bytes',
    'Bytes of answers and updates that clients have not taken yet.',
    () => deliveries.unread.bytes,
  )
  metrics.counter(
    'kairos_unread_closed_total',
    'Connections that were ended since all clients together had too much to take, and theirs the most.',
    () => deliveries.unread.cutOff,
  )
}
