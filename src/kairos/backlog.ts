import { getHeapStatistics } from 'node:v8'
import { KairosError } from './errors.ts'

/** Bytes that may wait for Redis: a sixteenth of what JavaScript may take, of which others need their share, and garbage until it is collected. */
const MOST = getHeapStatistics().heap_size_limit / 16
/** Bytes that a request takes beside its data, with what a server holds for whoever asks. */
const REQUEST = 16 * 1024

/**
 * What waits for Redis, in bytes as estimated: where Redis hangs or is slow, it must not grow for as long as others send. What
 * comes when there is no room left is refused at once.
 */
export class Backlog {
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  /**
   * Does what waits for Redis with so many bytes of data. Throws STORE_UNAVAILABLE where too much waits already, and then
   * nothing is done; by itself, a request may be of any size.
   */
  async hold<T>(data: number, work: () => Promise<T>): Promise<T> {
    const bytes = REQUEST + data
    if (this.#bytes > 0 && this.#bytes + bytes > MOST)
      throw new KairosError('STORE_UNAVAILABLE', 'too much waits for Redis already: repeat it in a moment', {
        limit: 'pending',
      })
    this.#bytes += bytes
    try {
      return await work()
    } finally {
      this.#bytes -= bytes
    }
  }
}
