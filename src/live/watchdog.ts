import { randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Canary } from './canary.ts'
import type { EventClasses } from './event-classes.ts'

/**
 * Why changes may have gone unheard.
 *
 * - `connected`: the connection that hears of them is new
 * - `silent`: nothing comes over it any more, and it is given up
 * - `switched-off`: a setting of Redis was altered meanwhile, or what had been switched off is on again
 * - `unheard`: Redis does not tell, or does so again
 * - `flushed`: the database was emptied, or is another one
 * - `paused`: this process did not run for a while, or its clock was set
 * - `moved`: of a Cluster other nodes are masters than before, or have other slots
 */
export type Doubt = 'connected' | 'silent' | 'switched-off' | 'unheard' | 'flushed' | 'paused' | 'moved'

interface Events {
  doubt: [reason: Doubt]
  /** it is known again whether Redis tells of the canary */
  judged: []
  /** a look is over, whatever came of it; `failure` is what kept it from coming to an end */
  looked: [failure?: unknown]
}

/** Milliseconds that an answer may take over the subscriber when another one has come over the main connection; waited for twice. */
const PATIENCE = 250
/** Milliseconds that an answer may take before Redis counts as one that does not answer. */
const ANSWER = 2000

export interface WatchdogOptions {
  /** the main connection; undefined while there is none to this server */
  readonly redis: () => Redis | undefined
  readonly subscriber: Redis
  readonly classes: EventClasses
  readonly canary: Canary
  /** a key that all servers share, gone when the database is emptied */
  readonly epochKey: string
}

/**
 * Finds out whether Redis still tells of changes. A look writes the canary over the main connection; when that is answered,
 * a ping over the subscriber is answered after all that Redis had to tell. So what has not been heard by then was not
 * told; and where nothing comes, although the main connection answers again, the subscriber is silent. From a
 * Redis that does not answer nothing follows.
 */
export class Watchdog extends EventEmitter<Events> {
  readonly #options: WatchdogOptions
  #looking: Promise<void> | undefined
  /** one for each connection over which the canary can be heard */
  #session: symbol | undefined
  /** that came over the subscriber */
  #messages = 0
  #epoch: unknown
  #settingsAltered: string | undefined
  #unheard = false
  /** of the first look that Redis has not answered since it last did, in monotonic milliseconds */
  #asked: number | undefined

  constructor(options: WatchdogOptions) {
    super()
    this.#options = options
  }

  /** Whether Redis did not tell of the canary, the last time that this could be judged. */
  get unheard(): boolean {
    return this.#unheard
  }

  /** Milliseconds for which Redis has not answered, once that is longer than an answer may take; 0 while it does. */
  get unanswered(): number {
    const passed = performance.now() - (this.#asked ?? Number.POSITIVE_INFINITY)
    return passed > ANSWER ? passed : 0
  }

  /** The subscriber hears of the canary from now on, as far as Redis lets it. */
  connected(): void {
    this.#session = Symbol()
  }

  disconnected(): void {
    this.#session = undefined
  }

  /** Something came over the subscriber. */
  messageCame(): void {
    this.#messages += 1
  }

  /** Nobody waits for an answer any more, until the next look. */
  rest(): void {
    this.#asked = undefined
  }

  /** Says nothing more. */
  close(): void {
    this.removeAllListeners()
  }

  /** One look, or the one that is under way. Never throws. */
  look(): Promise<void> {
    this.#asked ??= performance.now()
    this.#looking ??= this.#look()
      .then(
        () => this.emit('looked'),
        (failure: unknown) => this.emit('looked', failure),
      )
      .then(() => {
        this.#looking = undefined
      })
    return this.#looking
  }

  async #look(): Promise<void> {
    const { classes, canary, epochKey } = this.#options
    const redis = this.#options.redis()
    if (!redis) throw new Error('there is no connection to this server')
    const session = this.#session
    const allClasses = classes.refused
    const pipeline = redis.pipeline().set(epochKey, randomBytes(9).toString('base64url'), 'NX').get(epochKey)
    pipeline.call('LATENCY', 'HISTOGRAM', 'config|set')
    canary.sing(pipeline, { allClasses })
    const [replies, switchedOn] = await this.#unlessHalfOpen(
      redis,
      Promise.all([pipeline.exec(), allClasses && !this.#unheard ? false : classes.complete(redis)]),
    )
    const [, epoch, altered, ...sung] = replies ?? []
    if (!epoch || epoch[0]) throw epoch?.[0] ?? new Error('no answer')
    this.#asked = undefined
    this.#compareEpoch(epoch[1])
    this.#compareSettings(altered?.[0] ? undefined : altered?.[1], switchedOn)

    if (!session || (await this.#isSilent(redis, session)) || session !== this.#session) return
    // Redis may refuse writes, as a replica does or where its memory is full; and what was switched on only now was not told.
    if (switchedOn || sung.some(([error]) => error)) return
    const unheard = !canary.heard({ allClasses })
    const same = unheard === this.#unheard
    this.#unheard = unheard
    if (!same) this.emit('doubt', 'unheard')
    this.emit('judged')
  }

  /**
   * As `answer`, which comes over the main connection. Where nothing at all comes over that, although Redis answers over the
   * subscriber, it is half-open and is given up, so that `answer` fails, and with it all that would wait in vain.
   */
  async #unlessHalfOpen<T>(redis: Redis, answer: Promise<T>): Promise<T> {
    const over = new AbortController()
    this.#giveUpSilent(redis, over.signal).catch(() => {}) // it is over, or neither connection answers
    return await answer.finally(() => over.abort())
  }

  async #giveUpSilent(redis: Redis, signal: AbortSignal): Promise<void> {
    const { subscriber } = this.#options
    for (;;) {
      const { stream } = redis
      const { bytesRead } = stream
      await wait(2 * PATIENCE, undefined, { signal, ref: false })
      await subscriber.ping()
      await wait(PATIENCE, undefined, { signal, ref: false })
      await nextTurn() // reads what came while this process was busy
      if (redis.status === 'ready' && redis.stream === stream && stream.bytesRead === bytesRead)
        return redis.disconnect(true)
    }
  }

  /** Null: it is missing, and Redis did not take a new one. */
  #compareEpoch(epoch: unknown): void {
    const same = epoch !== null && epoch === (this.#epoch ?? epoch)
    this.#epoch = epoch ?? undefined
    if (!same) this.emit('doubt', 'flushed')
  }

  /** `altered` tells how often settings have been altered; undefined before Redis 7 or where we may not ask. */
  #compareSettings(altered: unknown, switchedOn: boolean): void {
    const text = JSON.stringify(altered ?? null)
    const same = text === (this.#settingsAltered ?? text)
    this.#settingsAltered = text
    if (switchedOn || !same) this.emit('doubt', 'switched-off')
  }

  async #isSilent(redis: Redis, session: symbol): Promise<boolean> {
    const { subscriber } = this.#options
    let answered = false
    const onAnswer = () => {
      answered = true
    }
    const answer = subscriber.ping().then(onAnswer, onAnswer) // one that is lost is not silent
    await Promise.race([answer, patience()])
    if (answered) return false
    await redis.ping()
    let messages: number
    do {
      messages = this.#messages
      await Promise.race([answer, patience()])
      await nextTurn() // reads what came while this process was busy
    } while (!answered && this.#messages > messages) // the answer stands in line behind them
    if (answered || session !== this.#session) return false
    this.emit('doubt', 'silent')
    return true
  }
}

const patience = () => wait(PATIENCE, undefined, { ref: false })
