import { isFinal, KairosError } from './kairos-error.ts'
import { merge, nothing, type Update } from './merge.ts'
import { Observed } from './observed.ts'
import {
  type Columns,
  columnNames,
  type DefaultColumns,
  type Operation,
  type WatchOptions,
  watchOperation,
} from './operation.ts'
import type { SeriesState } from './series.ts'
import type { Carrier } from './task.ts'

/**
 * One series that stays current. Iterating yields each new state, and a slow reader the newest, as nothing queues. What only the caller
 * can mend is thrown there. Leaving the iteration closes the watch.
 */
export interface SeriesWatch<C extends Columns = DefaultColumns> extends AsyncIterable<SeriesState<C>> {
  readonly state: SeriesState<C>
  /** Calls `listener` with each new state, until the function that it returns is called. */
  onChange(listener: (state: SeriesState<C>) => void): () => void
  /** For good: iterations end. */
  close(): void
}

/** Milliseconds before what the server ended is asked again for the `attempts`th time (from 0), less up to half by chance. */
const pauseBefore = (attempts: number) => Math.min(1_000 * 2 ** attempts, 10_000) * (1 - Math.random() / 2)

export class Watch<C extends Columns> implements SeriesWatch<C> {
  readonly #connection: Carrier
  readonly #operation: Operation
  readonly #columns: readonly string[]
  readonly #state: Observed<SeriesState<C>>
  readonly #unlisten: () => void
  readonly #onEnd: () => void
  #stop = () => {}
  /** of the last update */
  #cursor: string | undefined
  /** how often in a row the server refused */
  #refused = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #closed = false

  /** Throws BAD_USER_INPUT. */
  constructor(connection: Carrier, options: WatchOptions<C>, onEnd = () => {}) {
    this.#onEnd = onEnd
    this.#connection = connection
    this.#operation = watchOperation(options)
    this.#columns = columnNames(options)
    this.#state = new Observed(initialState(connection.state, options))
    this.#unlisten = connection.onState(() => this.#connectionChanged())
    if (connection.state.kind === 'closed') this.#connectionChanged()
    else this.#open()
  }

  get state(): SeriesState<C> {
    return this.#state.value
  }

  onChange(listener: (state: SeriesState<C>) => void): () => void {
    return this.#state.listen(listener)
  }

  close(): void {
    if (this.#closed) return
    this.#end()
    if (this.state.live) this.#set({ live: false })
    else this.#set({})
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SeriesState<C>, void, undefined> {
    let seen: SeriesState<C> | undefined = this.state.asOf === null ? this.state : undefined
    try {
      while (true) {
        const { state } = this
        if (state.error && this.#closed) throw state.error
        if (this.#closed) return
        if (state === seen) await this.#change()
        else {
          seen = state
          yield state
        }
      }
    } finally {
      this.close()
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

  #open(): void {
    clearTimeout(this.#retry)
    this.#retry = undefined
    const { query, variables } = this.#operation
    this.#stop = this.#connection.run({
      payload: () => ({
        query,
        variables: this.#cursor === undefined ? variables : { ...variables, after: this.#cursor },
      }),
      next: ({ series, join }) => this.#update((series ?? join) as Update),
      ended: (error) => this.#refuse(error),
      interrupted: () => {},
    })
  }

  #update(update: Update): void {
    try {
      const data = merge(this.state as never, update, this.#columns)
      this.#cursor = update.cursor
      this.#refused = 0
      this.#set({
        ...(data as Partial<SeriesState<C>>),
        live: true,
        asOf: this.#connection.heard,
        error: null,
      })
    } catch (error) {
      if (!(error instanceof KairosError)) throw error
      this.#refuse(error)
    }
  }

  #refuse(error: KairosError | null): void {
    const reason = error ?? new KairosError('INTERNAL', 'The server ended the operation.')
    // Where the token is refused the connection closes, unless there is another one.
    const final = isFinal(reason) && reason.code !== 'UNAUTHENTICATED'
    if (final) this.#end()
    else {
      const pause = reason.retryAfter === null ? pauseBefore(this.#refused) : reason.retryAfter * 1000
      this.#refused += 1
      this.#retry = setTimeout(() => this.#open(), pause)
    }
    this.#set({ live: false, error: reason })
  }

  #connectionChanged(): void {
    const { state: connection, heard } = this.#connection
    if (connection.kind === 'closed') {
      this.#end()
      this.#set({ live: false, error: connection.error ?? this.state.error })
    } else {
      if (connection.kind === 'live' && this.#retry !== undefined) this.#open()
      this.#set({ live: false, ...(this.state.live ? { asOf: heard } : {}) })
    }
  }

  #end(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    this.#retry = undefined
    this.#unlisten()
    this.#stop()
    this.#onEnd()
  }

  #set(change: Partial<SeriesState<C>>): void {
    this.#state.value = { ...this.state, ...change, connection: this.#connection.state }
  }
}

/** Of a watch that has yet to hear anything. Throws BAD_USER_INPUT where there can be none. */
export function initialState<C extends Columns>(
  connection: SeriesState['connection'],
  options: WatchOptions<C>,
): SeriesState<C> {
  watchOperation(options)
  const names = typeof options.name === 'string' ? [options.name] : options.name
  const data = nothing(names, columnNames(options))
  return { ...data, connection, live: false, asOf: null, error: null } as unknown as SeriesState<C>
}
