/** Anything that has a place on the time axis: Unix seconds. */
export interface Timed {
  readonly timestamp: number
}

/** One message of a live series, as `SeriesUpdate` in the schema. */
export interface Update<Bucket extends Timed> {
  readonly kind: 'SNAPSHOT' | 'DELTA'
  readonly cursor: string
  readonly removed: readonly number[]
  readonly changed: { readonly buckets: readonly Bucket[] }
}

/** What a subscriber holds: the window's buckets, ascending, and where to resume. */
export interface Window<Bucket extends Timed> {
  readonly cursor: string
  readonly buckets: readonly Bucket[]
}

/**
 * The window after an update. A SNAPSHOT replaces what is held; a DELTA drops what left and puts its buckets over
 * those with the same timestamp. Nothing is altered in place; the result is ascending whatever the order of arrival.
 */
export function merge<Bucket extends Timed>(
  held: Window<Bucket> | null,
  update: Update<Bucket>,
): Window<Bucket> {
  const byTimestamp = new Map<number, Bucket>()
  if (held && update.kind === 'DELTA') {
    for (const bucket of held.buckets) byTimestamp.set(bucket.timestamp, bucket)
    for (const timestamp of update.removed) byTimestamp.delete(timestamp)
  }
  for (const bucket of update.changed.buckets) byTimestamp.set(bucket.timestamp, bucket)
  const buckets = [...byTimestamp.values()].sort((a, b) => a.timestamp - b.timestamp)
  return { cursor: update.cursor, buckets }
}
