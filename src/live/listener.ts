import { EventEmitter } from 'node:events'
import type { Redis } from 'ioredis'
import type { RedisType } from '../kairos/index.ts'
import type { Log } from '../log.ts'
import { Canary } from './canary.ts'
import { Channels } from './channels.ts'
import { EventClasses } from './event-classes.ts'
import { type Doubt, Watchdog } from './watchdog.ts'

interface Events {
  /** a key that is listened to was written, deleted or has expired; may be named more than once */
  key: [key: string]
  /** anything may have changed unheard */
  doubt: [reason: Doubt]
  /** it is settled what is heard, or may be */
  change: []
  /** a look is over */
  looked: []
  /** it is known again whether the server tells of changes */
  judged: []
}

export interface ListenerOptions {
  /** the main connection to the server; undefined while there is none */
  readonly redis: () => Redis | undefined
  /** another one, that is not connected yet, to listen over */
  readonly subscriber: Redis
  /** the number of the database */
  readonly db: number
  /** a Redis glob that matches every key that may be listened to */
  readonly pattern: string
  /** what those keys are in Redis */
  readonly types: ReadonlySet<RedisType>
  /** what our own keys begin with that the server holds */
  readonly bookkeeping: string
  readonly log: Log
}

/** What one server says about keys that change. */
export class Listener extends EventEmitter<Events> {
  readonly #log: Log
  readonly #subscriber: Redis
  readonly #classes: EventClasses
  readonly #canary: Canary
  readonly #channels: Channels
  readonly #watchdog: Watchdog
  readonly #channelPrefix: string
  #connected = false

  /** Nothing is sent yet. */
  constructor({ redis, subscriber, db, pattern, types, bookkeeping, log }: ListenerOptions) {
    super()
    this.#log = log
    this.#channelPrefix = `__keyspace@${db}__:`
    this.#classes = new EventClasses(types)
    this.#canary = new Canary(bookkeeping, types)
    this.#subscriber = subscriber
    this.#channels = new Channels({
      subscriber,
      prefix: this.#channelPrefix,
      pattern,
      always: this.#canary.key,
    })
    this.#channels.on('change', () => this.emit('change'))
    this.#watchdog = this.#openWatchdog(redis, `${bookkeeping}live-epoch`)
    subscriber.on('message', (channel, event) => this.#onMessage(channel, event))
    subscriber.on('pmessage', (_, channel, event) => this.#onMessage(channel, event))
    subscriber.on('ready', () => void this.#onReady())
    subscriber.on('close', () => this.#onClose())
    subscriber.on('error', (error) => this.#debug(error))
  }

  /** Connects, and adds the classes of events that are needed to those that Redis tells. */
  start(): void {
    this.#subscriber.connect().catch(() => {}) // and goes on trying
  }

  /** Listening is counted: want twice, unwant twice. */
  want(keys: readonly string[]): void {
    this.#channels.want(keys)
  }

  unwant(keys: readonly string[]): void {
    this.#channels.unwant(keys)
  }

  /** Whether Redis has acknowledged that it will tell of these keys, or has refused to. */
  isSettled(keys: readonly string[]): boolean {
    return this.#channels.covers(keys) || (this.#connected && this.#channels.refused)
  }

  /** Whether the connection is there over which changes are heard. */
  get isConnected(): boolean {
    return this.#connected
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

  /** Milliseconds that the server took to tell of a change, the last time that this was tried; undefined before. */
  get delay(): number | undefined {
    return this.#canary.delay
  }

  /** Milliseconds for which the server has not answered; 0 while it does, and while nothing is wanted of it. */
  get unanswered(): number {
    return this.#channels.size > 0 ? this.#watchdog.unanswered : 0
  }

  /** Once a second: gives up what is not wanted any more, and unless nothing is, makes sure that changes are heard. */
  beat(): void {
    void this.#settle()
    if (this.#channels.size > 0) void this.#watchdog.look()
    else this.#watchdog.rest()
  }

  close(): void {
    this.removeAllListeners()
    this.#watchdog.close()
    this.#subscriber.disconnect()
  }

  #openWatchdog(redis: ListenerOptions['redis'], epochKey: string): Watchdog {
    const watchdog = new Watchdog({
      redis,
      subscriber: this.#subscriber,
      classes: this.#classes,
      canary: this.#canary,
      epochKey,
    })
    watchdog.on('judged', () => this.emit('judged'))
    watchdog.on('looked', (failure) => {
      if (failure) this.#debug(failure)
      this.emit('looked')
    })
    watchdog.on('doubt', (reason) => {
      if (reason === 'silent') this.#reconnect()
      this.emit('doubt', reason)
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
    if (this.#subscriber.status !== 'ready') return // it was lost meanwhile
    this.#connected = true
    this.#watchdog.connected()
    this.emit('doubt', 'connected')
    void this.#watchdog.look()
  }

  #onClose(): void {
    this.#connected = false
    this.#watchdog.disconnected()
    this.#channels.closed()
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

  /** Gives up the connection that is ready. One that is being made would never be tried again. */
  #reconnect(): void {
    if (this.#subscriber.status !== 'ready') return
    this.#onClose()
    this.#subscriber.disconnect(true)
  }

  #debug(error: unknown): void {
    this.#log.debug(`hearing of changes failed: ${error instanceof Error ? error.message : error}`)
  }
}
