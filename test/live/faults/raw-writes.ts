import type { Redis } from 'ioredis'
import type { Random } from './random.ts'
import { type Layout, NAMES, prefixOf, randomTime, randomValue, TYPES, type Type } from './series.ts'

type Command = () => Promise<unknown>

/**
 * One command on the data of a layout, as somebody with redis-cli might send it: senseless perhaps, but what the key holds
 * stays of its type. Throws what Redis answers, where the key has gone meanwhile.
 */
export async function rawWrite(redis: Redis, layout: Layout, random: Random): Promise<void> {
  const type = random.pick(TYPES)
  if (random.chance(0.4)) return await disturb(redis, layout, type, random)
  if (layout === 'kairos') {
    const key = await kairosKey(redis, type, random)
    await change(redis, key, type, random)
    if (random.chance(0.2)) await redis.pexpire(key, random.whole(1, 4000))
    return
  }
  const chunks = (await keysOf(redis, layout, type)).filter((key) => key.split(':').length === 4)
  const key = random.pick(chunks)
  if (key !== undefined) await changeChunk(redis, key, type, random)
}

/** What ends, hides or moves a key, whatever it holds; of layout packed also the index of chunks. */
async function disturb(redis: Redis, layout: Layout, type: Type, random: Random): Promise<void> {
  const keys = await keysOf(redis, layout, type)
  const key = random.pick(keys)
  if (key === undefined) return
  switch (random.pick(['del', 'unlink', 'expire', 'pexpire', 'persist', 'rename', 'copy'])) {
    case 'del':
      await redis.del(key)
      break
    case 'unlink':
      await redis.unlink(key)
      break
    case 'expire':
      await redis.expire(key, random.whole(1, 10))
      break
    case 'pexpire':
      await redis.pexpire(key, random.whole(0, 1500))
      break
    case 'persist':
      await redis.persist(key)
      break
    case 'rename':
      await redis.rename(key, siblingOf(key, keys, random))
      break
    case 'copy':
      await redis.copy(key, siblingOf(key, keys, random), 'REPLACE')
      break
  }
}

/** The keys of both series of a type, sorted. */
async function keysOf(redis: Redis, layout: Layout, type: Type): Promise<string[]> {
  const own = (await redis.keys(`${prefixOf(layout)}:*`)).filter((key) =>
    key.startsWith(layout === 'kairos' ? `${prefixOf(layout)}:${type}.` : `${prefixOf(layout)}:{${type}.`),
  )
  return own.sort()
}

/** A key that holds the same kind of thing, of the same interval. */
function siblingOf(key: string, keys: readonly string[], random: Random): string {
  const shape = (each: string) => {
    const parts = each.split(':')
    return `${parts.length} ${parts[2]}`
  }
  return random.pick(keys.filter((each) => shape(each) === shape(key))) ?? key
}

/** A bucket's data in layout kairos; it is entered in its step where that is divided. */
async function kairosKey(redis: Redis, type: Type, random: Random): Promise<string> {
  const time = randomTime(random)
  const series = `${prefixOf('kairos')}:${type}.${random.pick(NAMES)}`
  if (random.chance(0.6)) return `${series}:second:${Math.floor(time)}`
  const step = `${series}:fine:${Math.floor(time / 4)}`
  const resolution = Math.floor(time)
  await redis.sadd(step, resolution)
  return `${step}:${resolution}`
}

async function change(redis: Redis, key: string, type: Type, random: Random): Promise<void> {
  const value = randomValue(type, random)
  const other = random.chance(0.3)
  switch (type) {
    case 'series':
      if (other) await redis.ltrim(key, random.whole(0, 2), -1)
      else
        await random.pick<Command>([
          () => redis.rpush(key, value),
          () => redis.lpush(key, value),
          () => redis.lpop(key),
        ])()
      break
    case 'histogram':
      if (other) await redis.hdel(key, String(value))
      else await redis.hincrby(key, String(value), random.whole(1, 3))
      break
    case 'count':
      if (other) await redis.setrange(key, 0, String(random.whole(1, 9)))
      else
        await random.pick<Command>([
          () => redis.incrby(key, 2),
          () => redis.incrbyfloat(key, 0.5),
          () => redis.set(key, 7),
        ])()
      break
    case 'gauge':
      if (other) await redis.setrange(key, random.whole(0, 4), 'xyz')
      else
        await random.pick<Command>([
          () => redis.set(key, value),
          () => redis.append(key, '!'),
          () => redis.getdel(key),
        ])()
      break
    case 'set':
      if (other) await redis.spop(key)
      else await random.pick<Command>([() => redis.sadd(key, value), () => redis.srem(key, value)])()
      break
  }
}

async function changeChunk(redis: Redis, key: string, type: Type, random: Random): Promise<void> {
  const slot = random.pick([0, 0, 0, 1, random.whole(0, 59)])
  const value = String(randomValue(type, random))
  const other = random.chance(0.3)
  switch (type) {
    case 'series':
      await (other ? redis.lpop(key, 2) : redis.rpush(key, String(slot), value))
      break
    case 'histogram':
      await (other ? redis.hdel(key, `${slot}:${value}`) : redis.hincrby(key, `${slot}:${value}`, 1))
      break
    case 'count':
    case 'gauge': {
      const length = await redis.llen(key)
      const text = other ? '' : type === 'count' ? String(random.whole(1, 99)) : value || '\\'
      if (length > 0) await redis.lset(key, random.whole(0, length - 1), text)
      break
    }
    case 'set':
      await (other ? redis.hdel(key, `${slot}:${value}`) : redis.hset(key, `${slot}:${value}`, ''))
      break
  }
}
