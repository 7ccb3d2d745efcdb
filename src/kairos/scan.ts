import type { Redis } from 'ioredis'
import { allMastersOf, bySlot, type Client } from './cluster.ts'
import type { Layout, Located } from './layouts/layout.ts'
import { rethrow } from './redis-errors.ts'

/** Keys that one SCAN looks at. */
const COUNT = 1000

/** A key of a series. */
export interface Found extends Located {
  readonly key: string
}

/** Which keys there are, and whose. */
export type Keys = Pick<Layout, 'locate' | 'pattern'>

/** Every key of one series, or of all; walks the whole keyspace, without blocking Redis. A key may come more than once. */
export async function* scanKeys(redis: Client, layout: Keys, name?: string): AsyncGenerator<Found> {
  for await (const page of scanPages(redis, layout, name)) yield* page
}

/** Deletes every key of one series, or of all. Gives the names of which there were keys. */
export async function unlinkKeys(redis: Client, layout: Keys, name?: string): Promise<Set<string>> {
  const names = new Set<string>()
  for await (const page of scanPages(redis, layout, name)) {
    if (page.length === 0) continue
    for (const found of page) names.add(found.name)
    await unlink(
      redis,
      page.map(({ key }) => key),
    )
  }
  return names
}

/** Deletes keys, of any slots. */
export async function unlink(redis: Client, keys: readonly string[]): Promise<void> {
  const slots = [...bySlot(redis, keys, (key) => key).values()]
  await Promise.all(slots.map((each) => redis.unlink(each))).catch(rethrow)
}

/** As `scanKeys`, a page of keys at a time. Of what a Cluster moves to another master meanwhile, keys may be passed over. */
export async function* scanPages(redis: Client, layout: Keys, name?: string): AsyncGenerator<Found[]> {
  for (const master of allMastersOf(redis)) yield* pagesOf(master, layout, name)
}

async function* pagesOf(redis: Redis, layout: Keys, name: string | undefined): AsyncGenerator<Found[]> {
  let cursor = '0'
  do {
    const [next, keys] = await redis
      .scan(cursor, 'MATCH', layout.pattern(name), 'COUNT', COUNT)
      .catch(rethrow)
    yield keys.flatMap((key) => {
      const located = layout.locate(key)
      return located && (name === undefined || located.name === name) ? [{ key, ...located }] : []
    })
    cursor = next
  } while (cursor !== '0')
}
