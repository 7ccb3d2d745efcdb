import type { Redis } from 'ioredis'
import type { RedisType } from '../kairos/index.ts'
import { isRefusal } from './refusal.ts'

const CLASSES: Readonly<Record<RedisType, string>> = { string: '$', list: 'l', hash: 'h', set: 's' }

const SETTING = 'notify-keyspace-events'

/**
 * Which events Redis must tell of, so that every change of a key of these types is told: those of the commands of the
 * types, of generic commands such as DEL, EXPIRE and RENAME (`g`), of expired (`x`) and of evicted (`e`) keys; over
 * keyspace channels (`K`) alone.
 */
export class EventClasses {
  readonly types: ReadonlySet<RedisType>
  /** as flags of `notify-keyspace-events` */
  readonly needed: string
  #refused = false

  constructor(types: ReadonlySet<RedisType>) {
    this.types = types
    this.needed = `Kgxe${[...types].map((type) => CLASSES[type]).join('')}`
  }

  /** Whether Redis, when last asked, did not let us see to it that it tells of them. */
  get refused(): boolean {
    return this.#refused
  }

  /**
   * Adds what is missing to what is set, which others may need, and takes nothing away. Tells whether anything was missing
   * and has been added. Redis forgets it when it restarts. Throws what Redis answers, but not that it refuses.
   */
  async complete(redis: Redis): Promise<boolean> {
    try {
      const reply: unknown = await redis.config('GET', SETTING)
      const set = Array.isArray(reply) ? String(reply[1] ?? '') : ''
      const missing = this.#missingIn(set)
      if (missing !== '') await redis.config('SET', SETTING, set + missing)
      this.#refused = false
      return missing !== ''
    } catch (error) {
      if (!isRefusal(error)) throw error
      this.#refused = true
      return false
    }
  }

  #missingIn(set: string): string {
    const has = (flag: string) => set.includes(flag) || (flag !== 'K' && set.includes('A'))
    return [...this.needed].filter((flag) => !has(flag)).join('')
  }
}
