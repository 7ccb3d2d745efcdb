/** Told, as it happens, what a store does: numbers alone, neither names nor values. It must not throw. */
export interface StoreObserver {
  /** Redis has answered a call of one of our scripts so many milliseconds after it was sent; or it has failed, with `failure`. */
  scriptRan(script: string, milliseconds: number, failure?: unknown): void
  /** So many requests go to Redis in one call, for so many of its keys, those that remember requests included. */
  writing(requests: number, keys: number): void
  /** So many finest buckets, of all series that are joined, were read in one round trip, and held so many stored values. */
  read(buckets: number, values: number): void
}
