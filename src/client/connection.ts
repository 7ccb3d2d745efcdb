import type { ConnectionState } from './connection-state.ts'
import { errorOf, KairosError } from './kairos-error.ts'
import { columnar, type Reply } from './merge.ts'
import { Observed } from './observed.ts'
import {
  type Columns,
  type DefaultColumns,
  type ReadOptions,
  readOperation,
  type WatchOptions,
} from './operation.ts'
import { endpoint, hasNoOrigin, onWake } from './page.ts'
import { request } from './request.ts'
import type { SeriesData } from './series.ts'
import { type SeriesWatch, Watch } from './series-watch.ts'
import { SILENCE, Socket } from './socket.ts'
import type { Carrier, Task } from './task.ts'

export interface ConnectOptions {
  /** the endpoint, http(s) or ws(s); on a page it may be relative, by default `/graphql`; elsewhere it must be given */
  readonly url?: string
  /**
   * who asks, where the server wants to know; a function is asked at every attempt, and again where a token is over. Where it throws, the
   * attempt has failed.
   */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>)
}

/** A document whose result and variables are known, as GraphQL Code Generator makes it of strings. */
export interface TypedDocument<Result, Variables> {
  /** never there: its type says what goes in, and what comes out */
  __apiType?: (variables: Variables) => Result
  /** `hash` names it to a server that runs trusted documents only */
  readonly __meta__?: { readonly hash?: unknown } | undefined
  toString(): string
}

/** One socket, kept for as long as it is wanted: tried again for ever, and dropped when silent. */
export interface Connection {
  readonly state: ConnectionState
  /** Calls `listener` with each new state, until the function that it returns is called. */
  onState(listener: (state: ConnectionState) => void): () => void
  /** Throws KairosError BAD_USER_INPUT where what is asked for cannot be. */
  watchSeries<const C extends Columns = DefaultColumns>(options: WatchOptions<C>): SeriesWatch<C>
  /** Rejects with KairosError. */
  readSeries<const C extends Columns = DefaultColumns>(options: ReadOptions<C>): Promise<SeriesData<C>>
  /**
   * Runs a typed document; rejects with KairosError. While the connection is away it waits. A query that was interrupted is sent
   * again; a mutation is not: it rejects with STORE_UNAVAILABLE, and may be repeated with the same `id`.
   */
  request<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
  ): Promise<Result>
  /** For good: watches end, and what has no answer yet rejects. */
  close(): void
}

/** Milliseconds before attempt `attempts` (from 0): doubling from a half second to ten, less up to half by chance. */
const pauseBefore = (attempts: number) => Math.min(500 * 2 ** attempts, 10_000) * (1 - Math.random() / 2)

/** Milliseconds after which a socket was not lost as soon as it was there. */
const LASTING = 10_000

export class SocketConnection implements Connection, Carrier {
  readonly #url: string
  readonly #token: ConnectOptions['token']
  readonly #webSocket: unknown
  readonly #state = new Observed<ConnectionState>({ kind: 'connecting' })
  /** what runs, and how it is stopped on the socket on which it does */
  readonly #tasks = new Map<Task, () => void>()
  readonly #sleep: () => void
  #socket: Socket | undefined
  /** since a socket lasted */
  #attempts = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #opened = 0
  #heard = Date.now()

  /** @param webSocket the class; absent: the global one */
  constructor({ url, token }: ConnectOptions, webSocket?: unknown) {
    this.#url = endpoint(url)
    this.#token = token
    this.#webSocket = webSocket
    this.#sleep = onWake(() => this.#wake())
    void this.#attempt()
  }

  get state(): ConnectionState {
    return this.#state.value
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    return this.#state.listen(listener)
  }

  get heard(): number {
    return this.#heard / 1000
  }

  watchSeries<const C extends Columns = DefaultColumns>(options: WatchOptions<C>): SeriesWatch<C> {
    return new Watch<C>(this, options)
  }

  async readSeries<const C extends Columns = DefaultColumns>(
    options: ReadOptions<C>,
  ): Promise<SeriesData<C>> {
    const { series, join } = await request(this, readOperation(options))
    return columnar<C>((series ?? join) as Reply, options)
  }

  async request<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    const query = document.toString()
    const extensions = { persistedQuery: { version: 1, sha256Hash: document.__meta__?.hash } }
    return (await request(this, { query, variables: { ...Object(variables) }, extensions })) as Result
  }

  run(task: Task): () => void {
    this.#tasks.set(task, () => {})
    if (this.#socket && this.state.kind === 'live') this.#begin(task, this.#socket)
    return () => {
      this.#tasks.get(task)?.()
      this.#tasks.delete(task)
    }
  }

  close(): void {
    if (this.state.kind === 'closed') return
    this.#socket?.close()
    this.#closed(null)
  }

  async #attempt(): Promise<void> {
    this.#retry = undefined
    const token = this.#token
    let presented: string | undefined
    try {
      presented = typeof token === 'function' ? await token() : token
    } catch {
      return this.#lost(null)
    }
    if (this.state.kind === 'closed') return
    const socket = new Socket({
      url: this.#url,
      token: presented,
      webSocket: this.#webSocket,
      onOpen: () => this.#open(socket),
      onHeard: () => {
        this.#heard = Date.now()
      },
      onStore: (awayFor) => this.#told(awayFor),
      onEnd: (refusal) => this.#lost(refusal),
    })
    this.#socket = socket
  }

  #open(socket: Socket): void {
    this.#opened = Date.now()
    const waiting = [...this.#tasks.keys()] // what listeners add begins by itself
    this.#state.value = { kind: 'live', storeAwaySince: null }
    for (const task of waiting) if (this.#tasks.has(task)) this.#begin(task, socket)
  }

  #told(storeAwayFor: number): void {
    const { state } = this
    if (state.kind !== 'live' || (state.storeAwaySince === null) === (storeAwayFor === 0)) return
    const storeAwaySince = storeAwayFor === 0 ? null : this.heard - storeAwayFor
    this.#state.value = { kind: 'live', storeAwaySince }
  }

  #begin(task: Task, socket: Socket): void {
    let over = false
    const end = (error: KairosError | null) => {
      if (over) return
      over = true
      this.#tasks.delete(task)
      task.ended(error)
    }
    const stop = socket.subscribe(task.payload(), {
      next({ data, errors }) {
        if (over) return
        if (data && !errors) return task.next(data)
        stop()
        end(errors ? errorOf(errors) : null)
      },
      error: (errors) => end(Array.isArray(errors) ? errorOf(errors) : null),
      complete: () => end(null),
    })
    this.#tasks.set(task, () => {
      over = true
      stop()
    })
  }

  #lost(refusal: string | null): void {
    if (this.state.kind === 'closed') return
    const wasLive = this.state.kind === 'live'
    // A token that was good may have a successor.
    const isRefused = refusal !== null && !(wasLive && typeof this.#token === 'function')
    if (isRefused) this.#closed(new KairosError('UNAUTHENTICATED', refusal))
    else if (this.state.kind === 'connecting' && hasNoOrigin()) this.#closed(noOrigin())
    else {
      if (wasLive && Date.now() - this.#opened > LASTING) this.#attempts = 0
      this.#retry = setTimeout(() => this.#attempt(), pauseBefore(this.#attempts))
      this.#attempts += 1
      if (wasLive) this.#interrupt()
    }
  }

  #interrupt(): void {
    const running = [...this.#tasks.keys()]
    for (const task of running) this.#tasks.set(task, () => {})
    this.#state.value = { kind: 'reconnecting', since: this.heard }
    for (const task of running) if (this.#tasks.has(task)) task.interrupted()
  }

  #closed(error: KairosError | null): void {
    clearTimeout(this.#retry)
    this.#sleep()
    this.#state.value = { kind: 'closed', since: this.heard, error }
    this.#tasks.clear()
  }

  /** Neither waits for the next attempt nor trusts a socket long silent. */
  #wake(): void {
    if (this.state.kind === 'live' && Date.now() - this.#heard > SILENCE) this.#socket?.terminate()
    if (this.#retry === undefined) return
    clearTimeout(this.#retry)
    void this.#attempt()
  }
}

function noOrigin(): KairosError {
  return new KairosError(
    'FORBIDDEN',
    'The server lets in no page without an origin, such as a file: serve the page from localhost, or from an origin that is listed in `cors`.',
  )
}
