import { type Client, type DefinitionOptions, Store } from '../../src/kairos/index.ts'
import { Live } from '../../src/live/index.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { targetOf } from './redis-client.ts'

/** Live windows over a store of this process. */
export interface TestLive {
  readonly redis: Client
  readonly store: Store
  readonly live: Live
  /** what an operator was warned of */
  readonly warnings: readonly string[]
  close(): void
}

export interface LiveOptions {
  readonly definitions?: readonly DefinitionOptions[]
  readonly maxBuckets?: number
  readonly clock?: () => number
  /** whether inserts are acknowledged when a replica has them only */
  readonly replicated?: boolean
}

const minutes: readonly DefinitionOptions[] = [
  {
    name: 'all',
    match: ['**'],
    type: 'count',
    values: 'float',
    intervals: [{ name: 'minute', step: 60, steps: 60 }],
  },
]

/** By default counts by the minute of whatever name, in layout packed. */
export async function startLive(
  url: string,
  { definitions = minutes, maxBuckets = 10_000, clock, replicated = false }: LiveOptions = {},
): Promise<TestLive> {
  const warnings: string[] = []
  const quiet = () => {}
  const log = { debug: quiet, info: quiet, warn: (text: string) => warnings.push(text), error: quiet }
  const redis = await connectRedis({ target: targetOf(url), shown: 'here', log, name: 'test' })
  const limits = { maxBuckets, maxValues: 100_000, maxInserts: 1000, maxValueLength: 1000 }
  const writes = replicated
    ? await connectRedis({ target: targetOf(url), shown: 'here', log, name: 'test' })
    : undefined
  const store = new Store(redis, {
    replicated: writes,
    prefix: 'test',
    layout: 'packed',
    definitions,
    limits,
    clock,
  })
  const live = new Live({ redis, store, log })
  await live.start()
  return {
    redis,
    store,
    live,
    warnings,
    close() {
      live.close()
      redis.disconnect()
      writes?.disconnect()
    },
  }
}
