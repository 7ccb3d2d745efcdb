import { EventEmitter, once } from 'node:events'
import { type Client, isCluster, KairosError, type RedisType } from '../kairos/index.ts'
import type { Log } from '../log.ts'
import { Beat } from './beat.ts'
import { Listener } from './listener.ts'
import { subscriberAt, subscriberTo } from './subscriber.ts'
import { hostOf, leadsTo, type Master, topologyOf } from './topology.ts'
import type { Doubt } from './watchdog.ts'

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
  /** the main connection, beside which others are made to listen over */
  readonly redis: Client
  /** a Redis glob that matches every key that may be listened to */
  readonly pattern: string
  /** what those keys are in Redis */
  readonly types: ReadonlySet<RedisType>
  /** what our own keys begin with, those that hold no data, and lie in that slot of a Cluster */
  readonly bookkeeping: (slot?: number) => string
  readonly log: Log
}

/** Milliseconds that a listener waits for Redis. */
const PATIENCE = 2000

/**
 * What Redis says about keys that change, whoever changes them. Hints, never data: whoever gets one reads the key. Where one may
 * have been lost there is a `doubt`, at most two seconds after Redis answers again.
 *
 * Of a Cluster every master is listened to, for every key: while a slot is being moved, its keys lie with two of them.
 *
 * Beside data there are two keys under `bookkeeping`: `live-epoch`, by which all servers notice that the database was
 * emptied, and `live-canary:…` of each process, for five seconds after it was last written. They are written once
 * a second while any key is listened to, and when a connection is made; otherwise nothing is. Each master has its own.
 */
export class Notifications extends EventEmitter<Events> {
  readonly #options: NotificationsOptions
  readonly #log: Log
  readonly #beat = new Beat()
  /** by the master's id; '' where there is no Cluster */
  readonly #listeners = new Map<string, Listener>()
  /** how often each key is wanted */
  readonly #wanted = new Map<string, number>()
  /** something came of what listeners wait for */
  readonly #settling = new EventEmitter<{ change: [] }>()
  #masters = new Map<string, Master>()
  #following: Promise<void> | undefined
  #closed = false
  /** the trouble that operators know of */
  #reported: string | undefined

  /** Nothing is sent yet. */
  constructor(options: NotificationsOptions) {
    super()
    this.#options = options
    this.#log = options.log
    this.#settling.setMaxListeners(0) // everybody who waits for an acknowledgement
    this.#beat.on('paused', () => this.#doubt('paused'))
    this.#beat.on('beat', () => this.#onBeat())
    const { redis, bookkeeping } = options
    if (!isCluster(redis)) {
      const { db = 0 } = redis.options
      this.#listeners.set(
        '',
        this.#listenerTo({
          redis: () => redis,
          subscriber: subscriberTo(redis),
          db,
          bookkeeping: bookkeeping(),
        }),
      )
    }
  }

  /**
   * Connects, and adds the classes of events that are needed to those that Redis tells. Resolves when it is known whether
   * Redis tells of changes, and where it does not has said so in a warning, once; or after 2 s. Never throws.
   */
  async start(): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE)
    await this.#follow()
    const listeners = [...this.#listeners.values()]
    const looked = listeners.map((listener) => once(listener, 'looked', { signal }))
    for (const listener of isCluster(this.#options.redis) ? [] : listeners) listener.start()
    await Promise.allSettled(looked)
  }

  /**
   * Resolves once Redis has acknowledged that it will tell of these keys, or has refused to, which is `trouble`. Listening
   * is counted: listen twice, unlisten twice. Throws STORE_UNAVAILABLE after 2 s, and then does not listen.
   */
  async listen(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#wanted.set(key, (this.#wanted.get(key) ?? 0) + 1)
    for (const listener of this.#listeners.values()) listener.want(keys)
    if (!this.#closed) this.#beat.run()
    if (this.#isSettled(keys)) return
    const signal = AbortSignal.timeout(PATIENCE)
    try {
      while (!this.#isSettled(keys)) await once(this.#settling, 'change', { signal })
    } catch (cause) {
      this.unlisten(keys)
      throw new KairosError('STORE_UNAVAILABLE', 'Redis cannot be reached or cannot serve now', { cause })
    }
  }

  unlisten(keys: readonly string[]): void {
    for (const key of keys) {
      const times = this.#wanted.get(key) ?? 0
      if (times > 1) this.#wanted.set(key, times - 1)
      else this.#wanted.delete(key)
    }
    for (const listener of this.#listeners.values()) listener.unwant(keys)
  }

  /** Why changes are not told at present, in a sentence for operators; undefined while they are. */
  get trouble(): string | undefined {
    if (this.#listeners.size === 0) return 'no master of the Cluster is known'
    for (const { trouble } of this.#listeners.values()) if (trouble) return trouble
    return undefined
  }

  /** Milliseconds for which Redis has not answered, of several servers the longest; 0 while they do, and while nothing is listened for. */
  get unanswered(): number {
    return Math.max(0, ...[...this.#listeners.values()].map(({ unanswered }) => unanswered))
  }

  /** Milliseconds that Redis took to tell of a change, the last time that this was tried; of several servers the slowest; undefined before. */
  get delay(): number | undefined {
    const delays = [...this.#listeners.values()].flatMap(({ delay }) => delay ?? [])
    return delays.length === 0 ? undefined : Math.max(...delays)
  }

  close(): void {
    this.#closed = true
    this.#beat.rest()
    this.#beat.removeAllListeners()
    for (const listener of this.#listeners.values()) listener.close()
    this.#listeners.clear()
  }

  #listenerTo(
    server: Pick<ConstructorParameters<typeof Listener>[0], 'redis' | 'subscriber' | 'db' | 'bookkeeping'>,
  ): Listener {
    const { pattern, types, log } = this.#options
    const listener = new Listener({ ...server, pattern, types, log })
    listener.on('key', (key) => this.emit('key', key))
    listener.on('doubt', (reason) => this.#doubt(reason))
    listener.on('judged', () => this.#report())
    for (const event of ['change', 'looked'] as const) listener.on(event, () => this.#settling.emit('change'))
    return listener
  }

  #onBeat(): void {
    for (const listener of this.#listeners.values()) listener.beat()
    if (this.#wanted.size === 0) {
      this.#beat.rest()
      return
    }
    void this.#follow()
    this.emit('beat')
  }

  /** Listens to the masters that a Cluster has now. Never throws. */
  #follow(): Promise<void> {
    this.#following ??= this.#compareTopology()
      .catch((error: unknown) => this.#log.debug(`the masters are not known: ${error}`))
      .finally(() => {
        this.#following = undefined
      })
    return this.#following
  }

  async #compareTopology(): Promise<void> {
    const { redis } = this.#options
    if (!isCluster(redis)) return
    const masters = new Map((await topologyOf(redis)).map((master) => [master.id, master]))
    if (this.#closed) return
    const before = this.#masters
    this.#masters = masters
    for (const [id, listener] of this.#listeners) {
      if (isSameListened(before.get(id), masters.get(id))) continue
      listener.close()
      this.#listeners.delete(id)
    }
    for (const [id, master] of masters) if (!this.#listeners.has(id)) this.#listenTo(master)
    if (before.size > 0 && shown(before) !== shown(masters)) this.#doubt('moved')
  }

  #listenTo(master: Master): void {
    const { redis, bookkeeping } = this.#options
    if (!isCluster(redis)) return
    const { id, port, slot } = master
    const host = hostOf(redis, master, this.#masters.values())
    const [any] = redis.nodes('master')
    if (!any) return
    const listener = this.#listenerTo({
      redis: () => redis.nodes('master').find((node) => leadsTo(node, master)),
      subscriber: subscriberAt(any, { host, port }),
      db: 0,
      // One without slots holds no key of ours, and is listened to for those that come.
      bookkeeping: bookkeeping(slot ?? 0),
    })
    const wanted = [...this.#wanted].flatMap(([key, times]) => Array.from({ length: times }, () => key))
    listener.want(wanted)
    this.#listeners.set(id, listener)
    listener.start()
  }

  /** A connection that is lost is reported by whoever owns the main one. */
  #report(): void {
    const { trouble } = this
    const isConnected = [...this.#listeners.values()].every((listener) => listener.isConnected)
    if (!isConnected || trouble === this.#reported) return
    if (trouble) this.#log.warn(`${trouble}; until then live windows are read anew every second`)
    else this.#log.info('Redis tells of changes again')
    this.#reported = trouble
  }

  #doubt(reason: Doubt): void {
    this.#log.debug(`changes may have gone unheard: ${reason}`)
    this.emit('doubt', reason)
  }

  /** Of a Cluster each master that is connected; what one that is not would have told is caught up with when it is. */
  #isSettled(keys: readonly string[]): boolean {
    const listeners = [...this.#listeners.values()]
    const heard = isCluster(this.#options.redis) ? listeners.filter((each) => each.isConnected) : listeners
    return heard.length > 0 && heard.every((listener) => listener.isSettled(keys))
  }
}

/** Whether a listener can stay: its keys lie where they lay. */
function isSameListened(before: Master | undefined, now: Master | undefined): boolean {
  const same = (what: 'host' | 'hostname' | 'port' | 'slot') => before?.[what] === now?.[what]
  return now !== undefined && same('host') && same('hostname') && same('port') && same('slot')
}

function shown(masters: ReadonlyMap<string, Master>): string {
  return JSON.stringify([...masters.values()].sort((a, b) => (a.id < b.id ? -1 : 1)))
}
