import { Redis } from 'ioredis'
import { beforeAll, describe, expect, test } from 'vitest'
import { MigrationUnderWay, StorageConflict } from '../../src/kairos/index.ts'
import { type Config, fill, held, leftovers, migration, open, someInserts } from '../support/moved.ts'
import { useRedis } from '../support/redis-client.ts'
import { rule } from '../support/stores.ts'

const on = useRedis()
let redis: Redis
beforeAll(() => {
  redis = on.redis
})

type Command = Parameters<Redis['sendCommand']>[0]

/** Loses its connection for good as soon as it is told so, by what it sends. */
class Brittle extends Redis {
  readonly #breaksAt: (command: Command) => boolean

  constructor(url: string, breaksAt: (command: Command) => boolean) {
    super(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 })
    this.#breaksAt = breaksAt
    this.on('error', () => {})
  }

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    if (this.#breaksAt(args[0])) this.disconnect()
    return super.sendCommand(...args)
  }
}

/** At the n-th command. */
function after(n: number): (command: Command) => boolean {
  let sent = 0
  return () => ++sent === n
}

/** At the n-th command from the first deletion on. */
function afterDeleting(n: number): (command: Command) => boolean {
  let sent = 0
  return ({ args }) => {
    if (sent > 0 || args.includes('deleting')) sent += 1
    return sent === n
  }
}

/** Runs the migration until it is interrupted; gives how many series were moved, 0 where it was. */
async function runUntil(breaksAt: (command: Command) => boolean, config: Config): Promise<number> {
  const brittle = new Brittle(on.server.url, breaksAt)
  try {
    return await migration(brittle, config).run()
  } catch {
    return 0
  } finally {
    brittle.disconnect()
  }
}

const NAMES = ['data', '{data.b}', 'data.{c}']
const TYPES = ['series', 'histogram', 'set'] as const

/** The name of a series, with how its type is told from it. */
const series = TYPES.flatMap((type) => NAMES.map((name) => ({ type, name: `${name}.${type}` })))

const configuration = (layout: Config[0], step: number | string, resolution?: number): Config => [
  layout,
  ...TYPES.map((type) =>
    rule(type, {
      match: [`**.${type}`],
      type,
      intervals: [
        { name: 'minute', step, steps: 1000, ...(resolution === undefined ? {} : { resolution }) },
        { name: 'hour', step: '1h' },
      ],
    }),
  ),
]

const contents = async (config: Config) =>
  await Promise.all(
    series.flatMap(({ name }) => [held(redis, config, name, 'minute'), held(redis, config, name, 'hour')]),
  )

const MOVES: readonly (readonly [string, Config, Config])[] = [
  ['to layout kairos', configuration('packed', 60), configuration('kairos', 60)],
  ['to layout packed', configuration('kairos', 60), configuration('packed', 60)],
  ['within layout packed', configuration('packed', 60), configuration('packed', '1h', 60)],
]

describe.each(MOVES)('a migration %s', (_, before, target) => {
  const inserts = series.flatMap(({ type, name }) => someInserts(name, type, 3600, 40))

  test('that loses its connection again and again comes to its end, and nothing is lost', async () => {
    await fill(redis, before, inserts)
    const old = await contents(before)
    const breaks = [5, 12, 40, 80].map(after)
    for (let n = 1; n < 40; n += 3) breaks.push(afterDeleting(n))
    let moved = 0
    let interrupted = 0
    for (const breaksAt of breaks) {
      if (moved > 0) break
      moved = await runUntil(breaksAt, target)
      if (moved > 0) break
      interrupted += 1
      const refused = open(redis, target).open()
      await expect(refused.catch((error: unknown) => error)).resolves.toSatisfy(
        (error) => error instanceof MigrationUnderWay || error instanceof StorageConflict,
      )
    }
    moved = moved || (await migration(redis, target).run())
    expect(moved).toBe(series.length)
    expect(interrupted).toBeGreaterThan(8)
    expect(await contents(target)).toEqual(old)
    expect(await leftovers(redis)).toEqual([])
    const store = open(redis, target)
    await store.open()
    store.close()
    expect(await store.names(100)).toEqual(series.map(({ name }) => name).sort())
  })

  test('goes on where it stopped: what was moved is not moved again', async () => {
    await fill(redis, before, inserts)
    const old = await contents(before)
    const moved: number[] = []
    for (let run = 1; run <= series.length; run += 1) {
      const at = moved.length + 1
      const stopped = migration(redis, target).run({
        onProgress: (progress) => {
          if (progress.moved < at) return
          moved.push(progress.moved)
          throw new Error('enough')
        },
      })
      await expect(stopped).rejects.toThrow('enough')
      await expect(open(redis, before).open()).rejects.toBeInstanceOf(MigrationUnderWay)
    }
    expect(moved).toEqual(series.map((_, i) => i + 1))
    expect(await migration(redis, target).run()).toBe(series.length)
    expect(await contents(target)).toEqual(old)
    expect(await leftovers(redis)).toEqual([])
  })

  test('that fails before anything was deleted leaves all as it was', async () => {
    await fill(redis, before, inserts)
    const old = await contents(before)
    const stopped = migration(redis, target).run({
      onProgress: ({ copied }) => {
        if (copied === 5) throw new Error('enough')
      },
    })
    await expect(stopped).rejects.toThrow('enough')
    expect(await leftovers(redis)).toEqual([])
    const store = open(redis, before)
    await store.open()
    store.close()
    expect(await contents(before)).toEqual(old)
  })

  test('that moved something is finished before another begins', async () => {
    await fill(redis, before, inserts)
    const old = await contents(before)
    const stopped = migration(redis, target).run({
      onProgress: ({ moved }) => {
        if (moved === 2) throw new Error('enough')
      },
    })
    await expect(stopped).rejects.toThrow('enough')
    const other = configuration('packed', '2h', 60)
    await expect(migration(redis, other).run()).rejects.toThrow('to another configuration was begun')
    expect((await migration(redis, other).report()).underWay).toEqual({ here: false, moved: 2 })
    expect((await migration(redis, target).report()).underWay).toEqual({ here: true, moved: 2 })
    await migration(redis, target).run()
    expect(await contents(target)).toEqual(old)
  })

  test('whose names have left the catalogue meanwhile loses none of them', async () => {
    await fill(redis, before, inserts)
    const old = await contents(before)
    // It stops in the middle of a series: the old keys are gone, the copy waits.
    let renaming = 0
    await runUntil(({ args }) => args.includes('renaming') && ++renaming === 3, target)
    expect(Object.values(await redis.hgetall('__kairos:kairos:migration'))).toContain('done')
    await redis.del('__kairos:kairos:names', '__kairos:kairos:expiries')
    expect(await migration(redis, target).run()).toBe(series.length)
    expect(await contents(target)).toEqual(old)
    expect(await leftovers(redis)).toEqual([])
  })
})

test('a migration that has only copied can be led elsewhere', async () => {
  const before = configuration('packed', 60)
  const [first, second] = [configuration('kairos', 60), configuration('packed', '1h', 60)]
  await fill(redis, before, someInserts('data.series', 'series', 3600))
  const old = await held(redis, before, 'data.series', 'minute')
  for (let n = 1; (await redis.keys('*:staging:*')).length === 0; n += 1) await runUntil(after(n), first)
  await expect(open(redis, before).open()).rejects.toBeInstanceOf(MigrationUnderWay)
  expect(await migration(redis, second).run()).toBe(1)
  expect(await held(redis, second, 'data.series', 'minute')).toEqual(old)
  expect(await leftovers(redis)).toEqual([])
})
