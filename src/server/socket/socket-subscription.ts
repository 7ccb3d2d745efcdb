import { MessageType } from 'graphql-ws'
import type { Watcher } from '../../live/index.ts'
import type { Delivery, Source } from '../delivery.ts'
import type { Subscription } from '../operations/subscription.ts'
import { textFrame } from './text-frame.ts'

/**
 * A subscription as graphql-ws takes it: something that gives no results, since those go past it to the client, but ends
 * when the subscription does, and ends that when the client goes.
 */
export class SocketSubscription implements AsyncIterableIterator<never, undefined>, Watcher, Source {
  readonly #subscription: Subscription
  readonly #delivery: Delivery
  readonly #siblings: Set<SocketSubscription>
  readonly #leave: () => void
  /** of each message, up to its payload */
  readonly #head: string
  #end: { resolve(result: IteratorReturnResult<undefined>): void; reject(reason: unknown): void } | undefined

  /**
   * @param id of the operation, as the client calls it
   * @param siblings those of its socket; it is one of these until it ends
   */
  constructor(id: string, subscription: Subscription, delivery: Delivery, siblings: Set<SocketSubscription>) {
    this.#subscription = subscription
    this.#delivery = delivery
    this.#leave = delivery.enter()
    this.#siblings = siblings.add(this)
    this.#head = `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`
  }

  next(): Promise<IteratorResult<never, undefined>> {
    return new Promise((resolve, reject) => {
      this.#end = { resolve, reject }
      this.#subscription.attach(this)
    })
  }

  /** Leaves `next` pending: graphql-ws would complete whatever the client may meanwhile have begun under the same id. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.close()
    return OVER
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  due(): void {
    this.#delivery.due(this)
  }

  take(): Buffer | undefined {
    const rendered = this.#subscription.take()
    return rendered && textFrame(this.#head, rendered.payload, '}')
  }

  ended(reason: unknown): void {
    this.close()
    if (reason === undefined) this.#end?.resolve(OVER)
    else this.#end?.reject(reason)
  }

  /** Ends it; graphql-ws is not told. Harmless when repeated. */
  close(): void {
    this.#siblings.delete(this)
    this.#delivery.forget(this)
    this.#leave()
    this.#subscription.close()
  }
}

const OVER = { done: true, value: undefined } as const
