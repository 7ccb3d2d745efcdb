import { randomBytes } from 'node:crypto'
import type { ChainableCommander } from 'ioredis'
import type { RedisType } from '../kairos/index.ts'

/** Milliseconds for which the key stays after the last beat. */
const LIFE = 5000

/** What Redis tells of each write below. */
const EVENTS: Readonly<Record<RedisType, string>> = {
  string: 'set',
  list: 'rpush',
  hash: 'hset',
  set: 'sadd',
}

/** A key of this process's own, which is written to hear whether Redis tells of it. */
export class Canary {
  readonly key: string
  readonly #types: ReadonlySet<RedisType>
  readonly #heard = new Set<string>()
  /** when the last writes were queued, in monotonic milliseconds */
  #sungAt = 0
  #delay: number | undefined

  /** `types` are those of which Redis shall tell; `bookkeeping` is what our own keys begin with. */
  constructor(bookkeeping: string, types: ReadonlySet<RedisType>) {
    this.key = `${bookkeeping}live-canary:${randomBytes(6).toString('base64url')}`
    this.#types = types
  }

  /** Milliseconds from the last writes that were heard of to hearing of the first; undefined before. */
  get delay(): number | undefined {
    return this.#delay
  }

  /** Redis has told of this event of the key. */
  hear(event: string): void {
    if (this.#heard.size === 0) this.#delay = performance.now() - this.#sungAt
    this.#heard.add(event)
  }

  /**
   * Queues the writes, and forgets what was heard before: one that sets a string and when it expires; where it is not
   * known which classes of events are switched on, before it one of each other type.
   */
  sing(pipeline: ChainableCommander, { allClasses }: { readonly allClasses: boolean }): void {
    this.#heard.clear()
    this.#sungAt = performance.now()
    if (allClasses) {
      if (this.#types.has('list')) pipeline.del(this.key).rpush(this.key, '')
      if (this.#types.has('hash')) pipeline.del(this.key).hset(this.key, '', '')
      if (this.#types.has('set')) pipeline.del(this.key).sadd(this.key, '')
    }
    pipeline.set(this.key, '', 'PX', LIFE)
  }

  /** Whether everything that Redis shall tell of the last writes was heard. */
  heard({ allClasses }: { readonly allClasses: boolean }): boolean {
    const types = allClasses ? [...this.#types] : []
    return this.#heard.has('expire') && types.every((type) => this.#heard.has(EVENTS[type]))
  }
}
