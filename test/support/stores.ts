import { type Client, type DefinitionOptions, type LayoutName, Store } from '../../src/kairos/index.ts'

export const LAYOUTS: readonly LayoutName[] = ['kairos', 'packed']

export const PREFIX = 'kairos'

/** Of series with the names `name` and `name.…`; by default counts, a minute each, kept for ever. */
export function rule(name: string, options: Partial<DefinitionOptions> = {}): DefinitionOptions {
  return {
    name,
    match: [name, `${name}.**`],
    type: 'count',
    values: options.type === undefined || options.type === 'count' ? 'float' : 'string',
    intervals: [{ name: 'minute', step: 60 }],
    ...options,
  }
}

interface Options {
  readonly layout?: LayoutName
  readonly clock?: () => number
  readonly prefix?: string
}

export function storeOf(
  redis: Client,
  definitions: readonly DefinitionOptions[],
  { layout = 'packed', prefix = PREFIX, clock }: Options = {},
): Store {
  const limits = { maxBuckets: 1_000_000, maxValues: 1_000_000, maxInserts: 1_000_000, maxValueLength: 1024 }
  return new Store(redis, { prefix, layout, definitions, limits, clock })
}

/** Everything in Redis, by key, as it is serialized there; without lives, and without canaries, which come and expire by themselves. */
export async function everything(redis: Client): Promise<Record<string, string>> {
  const keys = (await redis.keys('*')).filter((key) => !key.includes(':live-canary:')).sort()
  const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)))
  return Object.fromEntries(keys.map((key, i) => [key, dumps[i]?.toString('base64') ?? '']))
}
