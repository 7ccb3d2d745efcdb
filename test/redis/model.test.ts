import fc from 'fast-check'
import { beforeAll, describe, test } from 'vitest'
import type { Client } from '../../src/kairos/index.ts'
import { Clock } from '../support/model/clock.ts'
import type { LayoutName } from '../support/model/interval.ts'
import { Pair } from '../support/model/pair.ts'
import { play } from '../support/model/play.ts'
import { scenarios } from '../support/model/scenario.ts'
import { useRedis } from '../support/redis-client.ts'
import { useCluster } from '../support/redis-cluster.ts'

const places: readonly (readonly [LayoutName, '' | ' on a Cluster'])[] = [
  ['kairos', ''],
  ['packed', ''],
  ['packed', ' on a Cluster'],
]

/**
 * `KAIROS_MODEL_RUNS=300000 npx vitest run test/redis/model.test.ts` looks for an hour. What fails is printed with its
 * seed, shrunk, and as calls; `KAIROS_MODEL_SEED` tries the same again.
 */
const { KAIROS_MODEL_RUNS: runs = '150', KAIROS_MODEL_SEED: seed } = process.env
const timeout = 30_000 + Number(runs) * 100

describe.each(places)('in layout %s%s', (layout, where) => {
  const on = where === '' ? useRedis() : useCluster()
  let redis: Client
  beforeAll(() => {
    redis = on.redis
  })

  test('whatever is done with a time series, it answers as its slow model does', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, (scenario) => play(redis, layout, scenario)),
      {
        numRuns: Math.ceil(Number(runs) / (where === '' ? 1 : 5)), // each takes longer there
        interruptAfterTimeLimit: timeout - 10_000,
        ...(seed !== undefined && { seed: Number(seed) }),
      },
    )
  })

  test.each([
    ['series', 'numbers'],
    ['histogram', 'numbers'],
    ['count', 'whole amounts'],
    ['gauge', 'numbers'],
    ['set', 'numbers'],
  ] as const)(
    'a %s takes and gives more %s at once than a script can hold in one command',
    async (type, sort) => {
      const intervals = { minute: { step: 60, steps: 4500 }, day: { step: 'daily', resolution: '1h' } }
      const clock = new Clock(redis, Date.parse('2026-01-31') / 1000, [])
      const pair = new Pair(redis, { type, sort, prefix: 'crowd', intervals, layout, clock })
      const numbers = Array.from({ length: 4500 }, (_, i) => i)
      await pair.insert({ name: 'a', value: numbers }, {})
      await pair.insertMany(
        numbers.map((value) => ({ name: 'a', value, timestamp: clock.now - value * 60 })),
        {},
      )
      await pair.series('a', 'minute', {})
      await pair.series('a', 'day', { steps: 8 })
      await pair.delete('a')
      await pair.names({})
    },
  )
})
