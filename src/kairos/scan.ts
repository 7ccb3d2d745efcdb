import type { Redis } from 'ioredis'
import type { Layout, Place } from './layouts/layout.ts'
import { rethrow } from './redis-errors.ts'

/** Keys that one SCAN looks at. */
const COUNT = 1000

/** Every key of one series, or of all, with the step it belongs to; walks the whole keyspace, without blocking Redis. */
export async function* scanKeys(
  redis: Redis,
  layout: Layout,
  name?: string,
): AsyncGenerator<Omit<Place, 'start'> & { readonly key: string }> {
  const seen = new Set<string>()
  let cursor = '0'
  do {
    const [next, keys] = await redis
      .scan(cursor, 'MATCH', layout.pattern(name), 'COUNT', COUNT)
      .catch(rethrow)
    for (const key of keys) {
      const place = layout.locate(key)
      if (!place || seen.has(key) || (name !== undefined && place.name !== name)) continue
      seen.add(key)
      yield { key, ...place }
    }
    cursor = next
  } while (cursor !== '0')
}
