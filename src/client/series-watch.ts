import { KairosError } from './kairos-error.ts'
import { merge, nothing, type Update } from './merge.ts'
import { Observed } from './observed.ts'
import {
  type Columns,
  type DefaultColumns,
  type Operation,
  type WatchOptions,
  watchOperation,
} from './operation.ts'
import type { SeriesState } from './series.ts'
import type { Carrier } from './task.ts'

/**
 * A series that stays current. Iterating yields the first snapshot, or why there is none, and then each new state; a slow reader gets
 * the newest, as nothing queues, and what only the caller can mend is thrown. Leaving the iteration closes the watch.
 */
export interface SeriesWatch<C extends Columns = DefaultColumns> extends AsyncIterable<SeriesState<C>> {
  readonly state: SeriesState<C>
  /** Calls `listener` with each new state, until the function that it returns is called. */
  onChange(listener: (state: SeriesState<C>) => void): () => void
  /** For good: iterations end. */
  close(): void
}

/** Milliseconds before what was refused `refusals` times (from 0) is asked again: doubling from one second to ten, less up to half by chance. */
const pauseBefore = (refusals: number) => Math.min(1_000 * 2 ** refusals, 10_000) * (1 - Math.random() / 2)

export class Watch<C extends Columns> implements SeriesWatch<C> {
  readonly #carrier: Carrier
  readonly #options: WatchOptions<C>
  readonly #operation: Operation
  readonly #state: Observed<SeriesState<C>>
  readonly #onEnd: () => void
  readonly #unlisten: () => void
  #stop = () => {}
  /** of the last update */
  #cursor: string | undefined
  /** in a row */
  #refusals = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  /** whether all that this connection had to make up for has come */
  #resumed = false
  #ended = false

  /** Throws BAD_USER_INPUT. */
  constructor(carrier: Carrier, options: WatchOptions<C>, onEnd = () => {}) {
    this.#carrier = carrier
    this.#options = options
    this.#operation = watchOperation(options)
    this.#state = new Observed(initialState(carrier.state, options))
    this.#onEnd = onEnd
    this.#unlisten = carrier.onState(() => this.#connectionChanged())
    if (carrier.state.kind === 'closed') this.#connectionChanged()
    else this.#begin()
  }

  get state(): SeriesState<C> {
    return this.#state.value
  }

  onChange(listener: (state: SeriesState<C>) => void): () => void {
    return this.#state.listen(listener)
  }

  close(): void {
    if (this.#ended) return
    this.#end()
    this.#set({ live: false, error: null })
  }

  [Symbol.asyncIterator](): AsyncIterator<SeriesState<C>, undefined> {
    let seen: SeriesState<C> | undefined
    const hasNews = () => this.state !== seen && (this.state.asOf !== null || this.state.error !== null)
    return {
      next: async () => {
        while (!this.#ended && !hasNews()) await this.#change()
        const { state } = this
        if (this.#ended && state.error) throw state.error
        if (this.#ended) return { done: true, value: undefined }
        seen = state
        return { done: false, value: state }
      },
      return: async () => {
        this.close()
        return { done: true, value: undefined }
      },
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const unlisten = this.onChange(() => {
        unlisten()
        resolve()
      })
    })
  }

  #begin(): void {
    this.#retry = undefined
    const { query, variables } = this.#operation
    this.#stop = this.#carrier.run({
      payload: () => ({
        query,
        variables: this.#cursor === undefined ? variables : { ...variables, after: this.#cursor },
      }),
      next: ({ series, join }) => this.#update((series ?? join) as Update),
      ended: (error) =>
        this.#refuse(error ?? new KairosError('INTERNAL', 'The server has ended the subscription.')),
      interrupted() {},
    })
  }

  #update(update: Update): void {
    try {
      const data = merge(this.state, update, this.#options)
      this.#cursor = update.cursor
      this.#refusals = 0
      this.#resumed = true
      this.#set({ ...data, asOf: this.#carrier.heard, ...this.#truth() })
    } catch (error) {
      if (!(error instanceof KairosError)) throw error
      this.#refuse(error)
    }
  }

  #refuse(error: KairosError): void {
    this.#resumed = false
    // Where the token is refused the connection ends, unless it gets another one.
    if (!error.isPassing && error.code !== 'UNAUTHENTICATED') this.#end()
    else {
      const pause = error.retryAfter === null ? pauseBefore(this.#refusals) : error.retryAfter * 1_000
      this.#retry = setTimeout(() => this.#begin(), pause)
      this.#refusals += 1
    }
    this.#set({ live: false, error })
  }

  #connectionChanged(): void {
    const { state } = this.#carrier
    if (state.kind === 'closed') {
      this.#end()
      this.#set({ live: false, error: state.error })
      return
    }
    if (state.kind !== 'live') this.#resumed = false
    else if (this.#retry !== undefined) {
      clearTimeout(this.#retry)
      this.#begin()
    }
    this.#set(this.#truth())
  }

  /** How true the state is while the server does not refuse the operation. */
  #truth(): Partial<SeriesState<C>> {
    const { state } = this.#carrier
    if (state.kind !== 'live' || state.storeAwaySince === null) return { live: this.#resumed, error: null }
    const asOf = this.state.live ? { asOf: state.storeAwaySince } : {}
    return { live: false, ...asOf, error: storeAway() }
  }

  #end(): void {
    this.#ended = true
    clearTimeout(this.#retry)
    this.#unlisten()
    this.#stop()
    this.#onEnd()
  }

  #set(change: Partial<SeriesState<C>>): void {
    const { state, heard } = this.#carrier
    const asOf = this.state.live ? heard : this.state.asOf
    this.#state.value = { ...this.state, asOf, ...change, connection: state }
  }
}

/** As the server says to whoever asks meanwhile. */
function storeAway(): KairosError {
  return new KairosError('STORE_UNAVAILABLE', 'Redis cannot be reached or cannot serve now')
}

/** Of a watch that has yet to hear anything. Throws BAD_USER_INPUT where there can be none. */
export function initialState<C extends Columns>(
  connection: SeriesState['connection'],
  options: WatchOptions<C>,
): SeriesState<C> {
  watchOperation(options)
  return { ...nothing(options), connection, live: false, asOf: null, error: null }
}
