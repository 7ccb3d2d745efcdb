import { EventEmitter, once } from 'node:events'
import type { Redis } from 'ioredis'
import { KairosError } from '../kairos/index.ts'
import type { Log } from '../log.ts'

interface Events {
  /** a key was written, deleted or has expired */
  key: [key: string]
  /** anything may have changed unheard: look again */
  doubt: []
  /** Redis has acknowledged that it will tell */
  listening: []
}

/**
 * Keyspace channels (`K`) for the classes of events that change what a bucket holds: strings, lists, hashes, sets,
 * generic such as DEL, expired and evicted keys.
 */
const NEEDED = 'Kg$lshxe'

/** Milliseconds that a first subscriber waits for Redis. */
const PATIENCE = 2000

/**
 * What Redis says about keys that change, whoever changes them. Hints, never data: a key may be named twice, and
 * none is named while the connection is down; after that comes a `doubt`.
 */
export class Notifications extends EventEmitter<Events> {
  readonly #redis: Redis
  readonly #connection: Redis
  readonly #channel: string
  readonly #pattern: string
  readonly #log: Log
  #listening = false
  #refused = false

  /** `redis` is the one to hear about, over a connection of our own; `keys` a Redis glob. Nothing is sent yet. */
  constructor(redis: Redis, keys: string, log: Log) {
    super()
    this.#redis = redis
    this.#log = log
    this.#channel = `__keyspace@${redis.options.db ?? 0}__:`
    this.#pattern = this.#channel + keys
    this.#connection = redis.duplicate({ lazyConnect: true, autoResubscribe: false })
    this.#connection.on('pmessage', (_pattern, channel) =>
      this.emit('key', channel.slice(this.#channel.length)),
    )
    this.#connection.on('error', (error) =>
      log.debug(`the connection for notifications failed: ${error.message}`),
    )
    this.#connection.on('close', () => {
      this.#listening = false
    })
    this.#connection.on('ready', () => void this.#subscribe())
  }

  /** Resolves once Redis has acknowledged that it will tell. Throws STORE_UNAVAILABLE where it does not soon. */
  async listen(): Promise<void> {
    if (this.#connection.status === 'wait') this.#connection.connect().catch(() => {})
    if (this.#listening) return
    await once(this, 'listening', { signal: AbortSignal.timeout(PATIENCE) }).catch((cause) => {
      throw new KairosError('STORE_UNAVAILABLE', 'Redis cannot be reached or cannot serve now', { cause })
    })
  }

  close(): void {
    this.#connection.disconnect()
  }

  async #subscribe(): Promise<void> {
    try {
      await this.#switchOn()
      await this.#connection.psubscribe(this.#pattern)
      this.#listening = true
      this.emit('listening')
      this.emit('doubt')
    } catch (error) {
      this.#log.debug(`cannot subscribe to notifications: ${error instanceof Error ? error.message : error}`)
      this.#connection.disconnect(true)
    }
  }

  /** Adds what we need to what others have set. Redis forgets it when it restarts. */
  async #switchOn(): Promise<void> {
    try {
      const [, set = ''] = texts(await this.#redis.config('GET', 'notify-keyspace-events'))
      const missing = [...NEEDED].some((flag) => !set.includes(flag) && !(set.includes('A') && flag !== 'K'))
      if (missing)
        await this.#redis.config('SET', 'notify-keyspace-events', [...new Set(set + NEEDED)].join(''))
    } catch (error) {
      if (!(error instanceof Error && error.name === 'ReplyError')) throw error
      if (this.#refused) return
      this.#refused = true
      this.#log.warn(
        `Redis does not let us switch keyspace notifications on: set notify-keyspace-events to ${NEEDED} yourself, or live charts are late`,
      )
    }
  }
}

function texts(reply: unknown): string[] {
  return Array.isArray(reply) ? reply.map(String) : []
}
