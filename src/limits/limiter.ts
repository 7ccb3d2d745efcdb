import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Cluster, Redis } from 'ioredis'
import { Holdings, LIFE } from './holdings.ts'
import { networkOf } from './network.ts'
import { Rates } from './rates.ts'

/** Of one caller, summed over all servers of one Redis and prefix; null is no limit. */
export interface CallerLimits {
  /** an average over ten seconds */
  readonly maxRequestsPerSecond: number | null
  /** WebSockets that are open at once, of one address */
  readonly maxSocketsPerAddress: number | null
  /** subscriptions that run at once */
  readonly maxSubscriptionsPerIdentity: number | null
}

/** Who asks. */
interface Caller {
  readonly address: string
  /** without a name the address stands for it */
  readonly identity: { readonly name: string | null }
}

/** Gives back what was held; harmless when repeated. */
type Release = () => void

export interface LimiterOptions {
  readonly redis: Redis | Cluster
  /** what the keys begin with */
  readonly prefix: string
  /** those in force at present */
  readonly limits: () => CallerLimits
  /** the time now, in Unix seconds; default the system's */
  readonly clock?: (() => number) | undefined
}

/** Milliseconds between two exchanges with the other servers, while there is something to tell. */
const EXCHANGE = 200
/** Milliseconds until the next where Redis could not be reached. */
const RETRY = 1000
/** Milliseconds that the last one may take. */
const PATIENCE = 1000

/**
 * The limits of one caller over all servers. Each decides by itself, in memory, and a moment later tells the others and
 * learns of them: so a caller that asks several servers at once may exceed a limit by what each of them admits in 200
 * milliseconds. Without Redis each server goes on with what it knows.
 */
export class Limiter {
  readonly #redis: Redis | Cluster
  readonly #limits: () => CallerLimits
  readonly #rates: Rates
  readonly #sockets: Holdings
  readonly #subscriptions: Holdings
  readonly #renewal: NodeJS.Timeout
  #next: NodeJS.Timeout | undefined
  #closed = false

  constructor({ redis, prefix, limits, clock = () => Date.now() / 1000 }: LimiterOptions) {
    const server = randomBytes(9).toString('base64url')
    // The braces are a hash tag: a transaction is of one slot of Redis Cluster.
    const key = `${prefix}{limits}`
    this.#redis = redis
    this.#limits = limits
    this.#rates = new Rates(`${key}:requests:`, clock)
    this.#sockets = new Holdings(`${key}:sockets:`, server, clock)
    this.#subscriptions = new Holdings(`${key}:subscriptions:`, server, clock)
    this.#renewal = setInterval(() => this.#renew(), (LIFE * 1000) / 3).unref()
  }

  /** Counts a request. Undefined where it may go on; else in how many whole seconds the caller may come again. */
  request(caller: Caller): number | undefined {
    const { maxRequestsPerSecond } = this.#limits()
    if (maxRequestsPerSecond === null) return undefined
    const seconds = this.#rates.take(hashOfCaller(caller), maxRequestsPerSecond)
    this.#schedule(EXCHANGE)
    return seconds
  }

  /** Undefined where the address may not open one more. */
  openSocket(address: string): Release | undefined {
    return this.#hold(this.#sockets, hashOf(address, null), this.#limits().maxSocketsPerAddress)
  }

  /** Undefined where the caller may not begin one more. */
  subscribe(caller: Caller): Release | undefined {
    return this.#hold(this.#subscriptions, hashOfCaller(caller), this.#limits().maxSubscriptionsPerIdentity)
  }

  /** Tells the others that nothing is held here any more, where that can be done soon. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#renewal)
    clearTimeout(this.#next)
    if (!this.#isUntold()) return
    const told = this.#exchange().catch(() => {})
    await Promise.race([told, wait(PATIENCE, undefined, { ref: false })])
  }

  #hold(holdings: Holdings, holder: string, most: number | null): Release | undefined {
    if (most === null) return () => {}
    const release = holdings.hold(holder, most)
    this.#schedule(EXCHANGE)
    return (
      release &&
      (() => {
        release()
        this.#schedule(EXCHANGE)
      })
    )
  }

  #renew(): void {
    this.#sockets.renew()
    this.#subscriptions.renew()
    if (this.#isUntold()) this.#schedule(EXCHANGE)
  }

  #isUntold(): boolean {
    return this.#rates.isUntold || this.#sockets.isUntold || this.#subscriptions.isUntold
  }

  #schedule(milliseconds: number): void {
    if (this.#closed || this.#next || !this.#isUntold()) return
    this.#next = setTimeout(async () => {
      const again = await this.#exchange().then(
        () => EXCHANGE,
        () => RETRY,
      )
      this.#next = undefined
      this.#schedule(again)
    }, milliseconds).unref()
  }

  /** One round trip, all or nothing. */
  async #exchange(): Promise<void> {
    const parts = [this.#rates, this.#sockets, this.#subscriptions]
    const transaction = this.#redis.multi()
    let from = 0
    const takeOver = parts.map((part) => {
      const take = part.exchange(transaction)
      const to = transaction.length - 1 // MULTI itself is counted
      const mine = [from, to] as const
      from = to
      return (replies: readonly unknown[]) => take(replies.slice(...mine))
    })
    const replies = (await transaction.exec()) ?? []
    for (const [error] of replies) if (error) throw error
    for (const take of takeOver) take(replies.map(([, reply]) => reply))
  }
}

function hashOfCaller({ address, identity }: Caller): string {
  return hashOf(address, identity.name)
}

/** What stands for a caller: of a length, and nothing that a key or a log must not hold. */
function hashOf(address: string, name: string | null): string {
  const who = name === null ? `address ${networkOf(address)}` : `identity ${name}`
  return createHash('sha256').update(who).digest('base64url').slice(0, 22)
}
