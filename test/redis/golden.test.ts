import type { Redis } from 'ioredis'
import { beforeAll, describe, test } from 'vitest'
import { replay, type Vector, vectorsOf } from '../support/golden.ts'
import { useRedis } from '../support/redis-client.ts'
import { useCluster } from '../support/redis-cluster.ts'

/**
 * What the Python library kairos 0.10.1 did, recorded: the same inserts must leave the same keys and give the same
 * reads. Where we differ on purpose: mean, min and max of nothing are null (there 0), and a key lives until its
 * bucket has left the window, counted from the clock (there up to a step longer).
 */
const vectors = vectorsOf('shared.json')

describe('the recorded behaviour of the original', () => {
  const inCluster = useCluster()
  const on = useRedis()
  let redis: Redis
  beforeAll(() => {
    redis = on.redis
  })

  test.each(vectors)('$id: in layout kairos $title', async (vector) => {
    await replay(redis, vector, vector.expect, { nothing: nothingOf(vector) })
  })

  test.each(vectors.filter(isCommon))('$id: in layout packed $title', async (vector) => {
    await replay(redis, vector, vector.expect, { nothing: nothingOf(vector), layout: 'packed' })
  })

  test.each(vectors.filter(isCommon))('$id: on a Cluster $title', async (vector) => {
    await replay(inCluster.redis, vector, vector.expect, { nothing: nothingOf(vector), layout: 'packed' })
  })
})

/** Weeks are other ones in layout packed, where nothing is read either that has left, as ttl-012 does. */
function isCommon({ id, config }: Vector): boolean {
  const weekly = Object.values(config.intervals).some((interval) =>
    [interval.step, interval.resolution].includes('weekly'),
  )
  return !weekly && id !== 'ttl-012'
}

/** What the original gives where we give null. */
function nothingOf({ config }: Vector) {
  return config.type === 'gauge' && config.read !== 'int_or_0' ? null : 0
}
