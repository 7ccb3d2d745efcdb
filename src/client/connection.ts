import type { ConnectionState } from './connection-state.ts'
import type { TypedDocumentString } from './generated/graphql.ts'
import { errorOf, KairosError } from './kairos-error.ts'
import { columnar, type Reply } from './merge.ts'
import { Observed } from './observed.ts'
import {
  type Columns,
  columnNames,
  type DefaultColumns,
  type ReadOptions,
  readOperation,
  type WatchOptions,
} from './operation.ts'
import type { SeriesData } from './series.ts'
import { type SeriesWatch, Watch } from './series-watch.ts'
import { SILENCE, Socket } from './socket.ts'
import type { Carrier, Task } from './task.ts'

export interface ConnectOptions {
  /** the endpoint, http(s) or ws(s); on a page it may be relative, by default `/graphql`; elsewhere it must be given */
  readonly url?: string
  /** who asks, where the server wants to know; a function is asked at every attempt */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>)
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
   * again, a mutation is not: it rejects with STORE_UNAVAILABLE, and may be repeated with the same `id`.
   */
  request<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
  ): Promise<Result>
  /** For good: watches end, and what has no answer yet rejects. */
  close(): void
}

declare const document:
  | {
      readonly visibilityState: string
      addEventListener(type: 'visibilitychange', listener: () => void): void
      removeEventListener(type: 'visibilitychange', listener: () => void): void
    }
  | undefined
declare const window:
  | {
      addEventListener(type: 'online', listener: () => void): void
      removeEventListener(type: 'online', listener: () => void): void
    }
  | undefined
declare const location: { readonly href: string; readonly origin: string } | undefined

/** Milliseconds before attempt `attempts` (from 0): doubling from a half second to ten, less up to half by chance. */
const pauseBefore = (attempts: number) => Math.min(500 * 2 ** attempts, 10_000) * (1 - Math.random() / 2)

export class SocketConnection implements Connection, Carrier {
  readonly #url: string
  readonly #token: ConnectOptions['token']
  readonly #webSocket: unknown
  readonly #state = new Observed<ConnectionState>({ kind: 'connecting' })
  /** what runs, and how it is stopped on the socket on which it does */
  readonly #tasks = new Map<Task, () => void>()
  #socket: Socket
  /** failed ones since the server was last heard */
  #attempts = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #heard = Date.now()

  /** @param webSocket the class; absent: the global one */
  constructor({ url, token }: ConnectOptions, webSocket?: unknown) {
    this.#url = endpoint(url)
    this.#token = token
    this.#webSocket = webSocket
    this.#socket = this.#open()
    if (typeof document !== 'undefined') document.addEventListener('visibilitychange', this.#wake)
    if (typeof window !== 'undefined') window.addEventListener('online', this.#wake)
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
    const { query, variables } = readOperation(options)
    const { series, join } = await this.#request(query, variables)
    return columnar((series ?? join) as Reply, columnNames(options)) as unknown as SeriesData<C>
  }

  async request<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    const sha256Hash: unknown = document.__meta__?.hash
    const extensions = { persistedQuery: { version: 1, sha256Hash } }
    return (await this.#request(
      document.toString(),
      variables as Record<string, unknown>,
      extensions,
    )) as Result
  }

  run(task: Task): () => void {
    this.#tasks.set(task, () => {})
    if (this.state.kind === 'live') this.#begin(task)
    return () => {
      this.#tasks.get(task)?.()
      this.#tasks.delete(task)
    }
  }

  close(): void {
    if (this.state.kind === 'closed') return
    this.#socket.close()
    this.#closed(null)
  }

  #request(
    query: string,
    variables: Record<string, unknown>,
    extensions?: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const settle = (error: KairosError | null, data?: Record<string, unknown>) => {
        stop()
        unlisten()
        if (data) resolve(data)
        else reject(error ?? new KairosError('INTERNAL', 'The server gave no answer.'))
      }
      const closed = (state: ConnectionState) => {
        if (state.kind === 'closed') settle(state.error ?? lost('The connection was closed.'))
      }
      let stop = () => {}
      const unlisten = this.onState(closed)
      stop = this.run({
        payload: () => ({ query, variables, ...(extensions ? { extensions } : {}) }),
        next: (data) => settle(null, data),
        ended: (error) => settle(error),
        interrupted: () => {
          if (!isQuery(query)) settle(lost('The connection was lost before the answer came.'))
        },
      })
      closed(this.state)
    })
  }

  #open(): Socket {
    const token = this.#token
    return new Socket({
      url: this.#url,
      token: async () => (typeof token === 'function' ? await token() : token),
      webSocket: this.#webSocket,
      onOpen: () => this.#opened(),
      onHeard: () => {
        this.#heard = Date.now()
      },
      onEnd: (refusal) => this.#ended(refusal),
    })
  }

  #opened(): void {
    this.#attempts = 0
    const waiting = [...this.#tasks.keys()] // what listeners add begins by itself
    this.#state.value = { kind: 'live' }
    for (const task of waiting) if (this.#tasks.has(task)) this.#begin(task)
  }

  #begin(task: Task): void {
    let over = false
    const end = (error: KairosError | null) => {
      if (over) return
      over = true
      this.#tasks.delete(task)
      task.ended(error)
    }
    const stop = this.#socket.subscribe<Record<string, unknown>>(task.payload(), {
      next: ({ data, errors }) => {
        if (over) return
        if (!errors && data) return task.next(data)
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

  #ended(refusal: string | null): void {
    const wasLive = this.state.kind === 'live'
    // A token that was good and is not any more may have a successor.
    const isOver = refusal !== null && !(wasLive && typeof this.#token === 'function')
    if (isOver) this.#closed(new KairosError('UNAUTHENTICATED', refusal))
    else if (this.state.kind === 'connecting' && isWithoutOrigin()) this.#closed(withoutOrigin())
    else {
      this.#retry = setTimeout(() => this.#again(), pauseBefore(this.#attempts))
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

  #again(): void {
    clearTimeout(this.#retry)
    this.#retry = undefined
    this.#socket = this.#open()
  }

  #closed(error: KairosError | null): void {
    clearTimeout(this.#retry)
    this.#retry = undefined
    if (typeof document !== 'undefined') document.removeEventListener('visibilitychange', this.#wake)
    if (typeof window !== 'undefined') window.removeEventListener('online', this.#wake)
    this.#state.value = { kind: 'closed', since: this.heard, error }
    this.#tasks.clear()
  }

  /** A tab that wakes, or a network that returns, neither waits for the next attempt nor trusts a socket long silent. */
  readonly #wake = () => {
    if (typeof document !== 'undefined' && document.visibilityState === 'hidden') return
    if (this.#retry !== undefined) this.#again()
    else if (this.state.kind === 'live' && Date.now() - this.#heard > SILENCE) this.#socket.terminate()
  }
}

function lost(message: string): KairosError {
  return new KairosError('STORE_UNAVAILABLE', message)
}

/** Whether it changes nothing, however often it is sent. */
function isQuery(text: string): boolean {
  return /^\s*(query\b|\{)/.test(text)
}

/** As WebSockets have it. Throws BAD_USER_INPUT. */
function endpoint(url: string | undefined): string {
  const page = typeof location === 'undefined' ? undefined : location.href
  const text = url ?? (page === undefined ? '' : '/graphql')
  if (!URL.canParse(text, page))
    throw new KairosError('BAD_USER_INPUT', 'url is needed: the address of the endpoint, http://…/graphql')
  const { href, protocol } = new URL(text, page)
  if (!/^(http|ws)s?:$/.test(protocol))
    throw new KairosError('BAD_USER_INPUT', `url is of http, https, ws or wss, and not of ${protocol}`)
  return href.replace(/^http/, 'ws').replace(/#.*$/, '')
}

/** A file, or a frame in a sandbox: no server can tell it from any other, and ours lets none of them in. */
function isWithoutOrigin(): boolean {
  return typeof location !== 'undefined' && location.origin === 'null'
}

function withoutOrigin(): KairosError {
  return new KairosError(
    'FORBIDDEN',
    'The server lets in no page that has no origin, as a file has none: serve the page from localhost, or from an origin that is listed in `cors`.',
  )
}
