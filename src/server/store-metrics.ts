import { GraphQLError } from 'graphql'
import type { InsertObserver } from '../graphql/guarded-store.ts'
import { KairosError, type Store, type StoreObserver } from '../kairos/index.ts'
import { type Metrics, SECONDS, SIZES } from './metrics.ts'

/** Those that clients wait for. */
const SCRIPTS = ['write', 'read', 'read-chunks', 'names']

/** Adds what is asked of Redis for series; what is given is to observe their store. */
export function measureStore(metrics: Metrics): StoreObserver {
  const scriptSeconds = metrics.histogram(
    'kairos_script_seconds',
    'Seconds from when a call of a Lua script was sent to when Redis had answered it, or it failed, by script: what waits in line for Redis is counted.',
    SECONDS,
    ['script'],
  )
  const batchRequests = metrics.histogram(
    'kairos_write_batch_requests',
    'Requests that were written with one call of the script write.',
    SIZES,
  )
  const batchKeys = metrics.histogram(
    'kairos_write_batch_keys',
    'Redis keys that one call of the script write was about.',
    SIZES,
  )
  /** Prometheus takes what appears for no growth, and would not wake for the first. */
  const failures = new Map(SCRIPTS.map((script) => [script, 0]))
  const read = { times: 0, buckets: 0, values: 0 }
  metrics.counterBy(
    ['script'],
    'kairos_script_failures_total',
    'Calls of a Lua script that failed: Redis refused them, or could not be reached. By script.',
    () => failures,
  )
  metrics.counter(
    'kairos_reads_total',
    'Reads of buckets, one round trip each, for queries and for live windows.',
    () => read.times,
  )
  metrics.counter(
    'kairos_read_buckets_total',
    'Finest buckets that were read, of each series that is joined, with data or without.',
    () => read.buckets,
  )
  metrics.counter('kairos_read_values_total', 'Stored values that were loaded by reads.', () => read.values)
  return {
    scriptRan(script, milliseconds, failure) {
      scriptSeconds(milliseconds / 1000, script)
      if (failure !== undefined) failures.set(script, (failures.get(script) ?? 0) + 1)
    },
    writing(requests, keys) {
      batchRequests(requests)
      batchKeys(keys)
    },
    read(buckets, values) {
      read.times += 1
      read.buckets += buckets
      read.values += values
    },
  }
}

/** Adds what waits for Redis. */
export function measureBacklog(metrics: Metrics, store: Store): void {
  metrics.gauge(
    'kairos_pending_bytes',
    'Bytes of memory, as estimated, that requests take which wait for Redis.',
    () => store.pending,
  )
}

/** Adds what became of values that clients inserted; what is given is to be told of each request. */
export function measureInserts(metrics: Metrics): InsertObserver {
  const values = { inserted: 0, expired: 0, duplicate: 0, refused: 0, failed: 0 }
  metrics.counterBy(
    ['outcome'],
    'kairos_insert_values_total',
    'Values that clients inserted: inserted, expired (too old for every interval), duplicate (of a repeated id), refused (all of a request of which something is wrong), or failed (Redis could not be reached, or the mistake is ours: they may have been written).',
    () => Object.entries(values),
  )
  const sizes = metrics.histogram('kairos_insert_request_values', 'Values in one request to insert.', SIZES)
  return {
    answered({ inserted, expired, duplicate }) {
      sizes(inserted + expired)
      if (duplicate) values.duplicate += inserted + expired
      else {
        values.inserted += inserted
        values.expired += expired
      }
    },
    failed(count, error) {
      sizes(count)
      values[isRefusal(error) ? 'refused' : 'failed'] += count
    },
  }
}

/** Whether it is the caller's to mend. */
function isRefusal(error: unknown): boolean {
  if (error instanceof KairosError) return error.code !== 'STORE_UNAVAILABLE'
  return error instanceof GraphQLError
}
