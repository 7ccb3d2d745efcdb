import { EventEmitter, once } from 'node:events'
import type { Redis } from 'ioredis'
import { KairosError } from '../kairos/index.ts'
import type { Log } from '../log.ts'

/** Why changes may have gone unheard. */
export type Doubt = 'connected'

interface Events {
  /** a key was written, deleted or has expired */
  key: [key: string]
  /** anything may have changed unheard: look at everything again */
  doubt: [reason: Doubt]
  /** once a second */
  beat: []
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
  /** what Redis refused, each told once */
  readonly #refused = new Set<string>()
  #listening = false

  /** `redis` is the one to hear about, over a connection of our own; `keys` a Redis glob. Nothing is sent yet. */
  constructor(
    redis: Redis,
    { pattern, log }: { pattern: string; types: ReadonlySet<string>; bookkeeping: string; log: Log },
  ) {
    super()
    this.setMaxListeners(0) // every window that opens waits for `listening`
    this.#redis = redis
    this.#log = log
    this.#channel = `__keyspace@${redis.options.db ?? 0}__:`
    this.#pattern = this.#channel + pattern
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

  readonly trouble: string | undefined
  readonly #beat = setInterval(() => this.emit('beat'), 1000).unref()
  async start(): Promise<void> {}
  unlisten(_keys: readonly string[]): void {}

  /** Resolves once Redis has acknowledged that it will tell. Throws STORE_UNAVAILABLE where it does not soon. */
  async listen(_keys: readonly string[]): Promise<void> {
    if (this.#connection.status === 'wait') this.#connection.connect().catch(() => {})
    if (this.#listening) return
    await once(this, 'listening', { signal: AbortSignal.timeout(PATIENCE) }).catch((cause) => {
      throw new KairosError('STORE_UNAVAILABLE', 'Redis cannot be reached or cannot serve now', { cause })
    })
  }

  close(): void {
    clearInterval(this.#beat)
    this.#connection.disconnect()
  }

  async #subscribe(): Promise<void> {
    try {
      await this.#unlessRefused(
        this.#switchOn(),
        `switch keyspace notifications on: set notify-keyspace-events to ${NEEDED} yourself`,
      )
      await this.#unlessRefused(
        this.#connection.psubscribe(this.#pattern),
        'listen to keyspace notifications: grant this user &__keyspace@* and the command PSUBSCRIBE',
      )
      this.#listening = true
      this.emit('listening')
      this.emit('doubt', 'connected')
    } catch (error) {
      this.#log.debug(`cannot subscribe to notifications: ${error instanceof Error ? error.message : error}`)
      this.#connection.disconnect(true)
    }
  }

  /** Adds what we need to what others have set. Redis forgets it when it restarts. */
  async #switchOn(): Promise<void> {
    const [, set = ''] = texts(await this.#redis.config('GET', 'notify-keyspace-events'))
    const missing = [...NEEDED].some((flag) => !set.includes(flag) && !(set.includes('A') && flag !== 'K'))
    if (missing)
      await this.#redis.config('SET', 'notify-keyspace-events', [...new Set(set + NEEDED)].join(''))
  }

  /** Where Redis answers that we may not, it will not change its mind soon: windows still look again now and then. */
  async #unlessRefused(asked: Promise<unknown>, what: string): Promise<void> {
    try {
      await asked
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (!this.#refused.has(what)) this.#log.warn(`Redis does not let us ${what}, or live charts are late`)
      this.#refused.add(what)
    }
  }
}

/** By permission, or since the command is disabled; unlike BUSY or LOADING, which pass. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError' && /^(NOPERM|ERR)\b/.test(error.message)
}

function texts(reply: unknown): string[] {
  return Array.isArray(reply) ? reply.map(String) : []
}
