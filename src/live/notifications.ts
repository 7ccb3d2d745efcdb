import { EventEmitter, once } from 'node:events'
import type { Redis } from 'ioredis'
import { KairosError, type RedisType } from '../kairos/index.ts'
import type { Log } from '../log.ts'
import { Canary } from './canary.ts'
import { Channels } from './channels.ts'
import { EventClasses } from './event-classes.ts'
import { subscriberTo } from './subscriber.ts'
import { type Doubt, Watchdog } from './watchdog.ts'

export type { Doubt }

interface Events {
  /** a key that is listened to was written, deleted or has expired; may be named more than once */
  key: [key: string]
  /** anything may have changed unheard: look at everything again */
  doubt: [reason: Doubt]
  /** once a second while any key is listened to */
  beat: []
}

export interface NotificationsOptions {
  /** the main connection, of which another one is made to listen over */
  readonly redis: Redis
  /** a Redis glob that matches every key that may be listened to */
  readonly pattern: string
  /** what those keys are in Redis */
  readonly types: ReadonlySet<RedisType>
  /** what our own keys begin with, those that hold no data */
  readonly bookkeeping: string
  readonly log: Log
}

/** Milliseconds that a listener waits for Redis. */
const PATIENCE = 2000

/**
 * What Redis says about keys that change, whoever changes them. Hints, never data: whoever gets one reads the key. Where one may
 * have been lost there is a `doubt`, at most two seconds after Redis answers again.
 *
 * Beside data there are two keys under `bookkeeping`: `live-epoch`, by which all servers notice that the database was
 * emptied, and `live-canary:…` of each process, for five seconds after it was last written. They are written once
 * a second while any key is listened to, and when a connection is made; otherwise nothing is.
 */
export class Notifications extends EventEmitter<Events> {
  readonly #log: Log
  readonly #subscriber: Redis
  readonly #classes: EventClasses
  readonly #canary: Canary
  readonly #channels: Channels
  readonly #watchdog: Watchdog
  readonly #channelPrefix: string
  #connected = false
  /** the trouble that operators know of */
  #reported: string | undefined

  /** Nothing is sent yet. */
  constructor({ redis, pattern, types, bookkeeping, log }: NotificationsOptions) {
    super()
    this.#log = log
    this.#channelPrefix = `__keyspace@${redis.options.db ?? 0}__:`
    this.#classes = new EventClasses(types)
    this.#canary = new Canary(bookkeeping, types)
    this.#subscriber = this.#openSubscriber(redis)
    this.#channels = new Channels({
      subscriber: this.#subscriber,
      prefix: this.#channelPrefix,
      pattern,
      always: this.#canary.key,
    })
    this.#watchdog = this.#openWatchdog(redis, `${bookkeeping}live-epoch`)
  }

  /**
   * Connects, and adds the classes of events that are needed to those that Redis tells. Resolves when it is known whether
   * Redis tells of changes, and where it does not has said so in a warning, once; or after 2 s. Never throws.
   */
  async start(): Promise<void> {
    this.#subscriber.connect().catch(() => {}) // and goes on trying
    await once(this.#watchdog, 'looked', { signal: AbortSignal.timeout(PATIENCE) }).catch(() => {})
  }

  /**
   * Resolves once Redis has acknowledged that it will tell of these keys, or has refused to, which is `trouble`. Listening
   * is counted: listen twice, unlisten twice. Throws STORE_UNAVAILABLE after 2 s, and then does not listen.
   */
  async listen(keys: readonly string[]): Promise<void> {
    this.#channels.want(keys)
    this.#watchdog.run()
    if (this.#isSettled(keys)) return
    const signal = AbortSignal.timeout(PATIENCE)
    try {
      while (!this.#isSettled(keys)) await once(this.#channels, 'change', { signal })
    } catch (cause) {
      this.#channels.unwant(keys)
      throw new KairosError('STORE_UNAVAILABLE', 'Redis cannot be reached or cannot serve now', { cause })
    }
  }

  unlisten(keys: readonly string[]): void {
    this.#channels.unwant(keys)
  }

  /** Why changes are not told at present, in a sentence for operators; undefined while they are. */
  get trouble(): string | undefined {
    if (!this.#connected) return 'the connection over which Redis tells of changes is lost'
    if (this.#channels.refused)
      return `Redis does not let this user hear of changes: grant it the commands SUBSCRIBE and PSUBSCRIBE and the channels &${this.#channelPrefix}*`
    if (!this.#watchdog.unheard) return undefined
    if (this.#classes.refused)
      return `Redis does not tell of changes, and does not let us switch that on: set notify-keyspace-events to ${this.#classes.needed}`
    return 'Redis does not tell of changes although that is switched on: make sure that no proxy between keeps back what it publishes'
  }

  /** Milliseconds for which Redis has not answered; 0 while it does, and while nothing is listened for. */
  get unanswered(): number {
    return this.#watchdog.unanswered
  }

  /** Milliseconds that Redis took to tell of a change, the last time that this was tried; undefined before. */
  get delay(): number | undefined {
    return this.#canary.delay
  }

  close(): void {
    this.#watchdog.close()
    this.#subscriber.disconnect()
  }

  #openSubscriber(redis: Redis): Redis {
    const subscriber = subscriberTo(redis)
    subscriber.on('message', (channel, event) => this.#onMessage(channel, event))
    subscriber.on('pmessage', (_, channel, event) => this.#onMessage(channel, event))
    subscriber.on('ready', () => void this.#onReady())
    subscriber.on('close', () => this.#onClose())
    subscriber.on('error', (error) => this.#debug(error))
    return subscriber
  }

  #openWatchdog(redis: Redis, epochKey: string): Watchdog {
    const watchdog = new Watchdog({
      redis,
      subscriber: this.#subscriber,
      classes: this.#classes,
      canary: this.#canary,
      epochKey,
    })
    watchdog.on('beat', () => this.#onBeat())
    watchdog.on('judged', () => this.#report())
    watchdog.on('looked', (failure) => {
      if (failure) this.#debug(failure)
    })
    watchdog.on('doubt', (reason) => {
      if (reason === 'silent') this.#reconnect()
      this.#doubt(reason)
    })
    return watchdog
  }

  async #onReady(): Promise<void> {
    try {
      await this.#classes.complete(this.#subscriber)
      await this.#channels.opened()
    } catch (error) {
      this.#debug(error)
      this.#reconnect()
      return
    }
    this.#connected = true
    this.#watchdog.connected()
    this.#doubt('connected')
    void this.#watchdog.look()
  }

  #onClose(): void {
    this.#connected = false
    this.#watchdog.disconnected()
    this.#channels.closed()
  }

  #onBeat(): void {
    void this.#settle()
    if (this.#channels.size === 0) this.#watchdog.rest()
    else this.emit('beat')
  }

  async #settle(): Promise<void> {
    const { refused } = this.#channels
    try {
      await this.#channels.settle()
    } catch (error) {
      this.#debug(error)
    }
    // What was missed until it was granted is caught up with as after any other connection.
    if (refused && !this.#channels.refused) this.#reconnect()
  }

  #onMessage(channel: string, event: string): void {
    this.#watchdog.messageCame()
    const key = channel.slice(this.#channelPrefix.length)
    if (key === this.#canary.key) this.#canary.hear(event)
    else if (this.#channels.wants(key)) this.emit('key', key)
  }

  #doubt(reason: Doubt): void {
    this.#log.debug(`changes may have gone unheard: ${reason}`)
    this.emit('doubt', reason)
  }

  /** Gives up the connection that is ready. One that is being made would never be tried again. */
  #reconnect(): void {
    if (this.#subscriber.status !== 'ready') return
    this.#onClose()
    this.#subscriber.disconnect(true)
  }

  #isSettled(keys: readonly string[]): boolean {
    return this.#channels.covers(keys) || (this.#connected && this.#channels.refused)
  }

  /** A connection that is lost is reported by whoever owns the main one. */
  #report(): void {
    const { trouble } = this
    if (!this.#connected || trouble === this.#reported) return
    if (trouble) this.#log.warn(`${trouble}; until then live windows are read anew every second`)
    else this.#log.info('Redis tells of changes again')
    this.#reported = trouble
  }

  #debug(error: unknown): void {
    this.#log.debug(`hearing of changes failed: ${error instanceof Error ? error.message : error}`)
  }
}
