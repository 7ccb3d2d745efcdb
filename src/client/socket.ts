import { type Client, CloseCode, createClient } from 'graphql-ws/client'

export interface SocketOptions {
  readonly url: string
  readonly token: string | undefined
  /** the class; absent: the global one */
  readonly webSocket: unknown
  /** the server has let us in */
  onOpen(): void
  /** whatever it says, be it only that it is there */
  onHeard(): void
  /** at each answer to a ping: seconds for which the server's Redis has not answered, 0 while it does */
  onStore(awayFor: number): void
  /** once, when nothing comes over it any more; `refusal` is the server's sentence where it refused the token */
  onEnd(refusal: string | null): void
}

/** Milliseconds between pings, and how long an answer may take, to a ping as to an attempt. */
const PING = 5_000
const PATIENCE = 5_000

/** Milliseconds in which a server that is there says something. */
export const SILENCE = PING + PATIENCE

/** One WebSocket, from its first attempt to its end: graphql-ws without its retries, which would send a mutation again. */
export class Socket {
  readonly #client: Client
  readonly #options: SocketOptions
  /** runs while an answer is waited for */
  #silence: ReturnType<typeof setTimeout> | undefined
  #ended = false

  constructor(options: SocketOptions) {
    const { url, token, webSocket } = options
    this.#options = options
    this.#client = createClient({
      url,
      ...(webSocket === undefined ? {} : { webSocketImpl: webSocket }),
      ...(token === undefined ? {} : { connectionParams: { authorization: `Bearer ${token}` } }),
      lazy: false,
      keepAlive: PING,
      retryAttempts: 0,
      onNonLazyError: () => {},
      on: {
        connecting: () => this.#expectAnswer(),
        connected: () => {
          this.#answered()
          options.onOpen()
        },
        ping: (received) => received || this.#expectAnswer(),
        pong: (received, payload) => {
          if (!received) return
          this.#answered()
          options.onStore(awayForIn(payload))
        },
        message: () => {
          // What is no answer may have been on its way before the server went.
          if (this.#silence !== undefined) this.#expectAnswer()
          options.onHeard()
        },
        error: () => this.#end(null),
        closed: (event) => this.#end(refusalIn(event)),
      },
    })
  }

  /** As graphql-ws has it, but when the socket ends what runs over it is told nothing. */
  readonly subscribe: Client['subscribe'] = (payload, sink) => {
    const stop = this.#client.subscribe<never, never>(payload, {
      next: (result) => this.#ended || sink.next(result),
      error: (error) => this.#ended || sink.error(error),
      complete: () => this.#ended || sink.complete(),
    })
    // Not before what came together with the last message: graphql-ws would count the operation's end twice, and close the socket.
    return () => queueMicrotask(stop)
  }

  /** In order, of our own accord: `onEnd` is not called. A server that owes an answer has as long for it as ever. */
  close(): void {
    this.#ended = true
    Promise.resolve(this.#client.dispose()).catch(() => {}) // it was never open
  }

  /** Without waiting for a server that may be gone. */
  terminate(): void {
    this.#client.terminate()
  }

  #expectAnswer(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.terminate(), PATIENCE)
  }

  #answered(): void {
    clearTimeout(this.#silence)
    this.#silence = undefined
  }

  #end(refusal: string | null): void {
    this.#answered()
    if (this.#ended) return
    this.close()
    this.#options.onEnd(refusal)
  }
}

function awayForIn(payload: Record<string, unknown> | undefined): number {
  const away = payload?.storeAwayFor
  return typeof away === 'number' ? away : 0
}

/** The server's sentence, where it closed the socket since the token is none. */
function refusalIn(event: unknown): string | null {
  const { code, reason }: { code?: unknown; reason?: unknown } = Object(event)
  return code === CloseCode.Unauthorized ? String(reason || 'The token was refused.') : null
}
