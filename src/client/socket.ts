import { type Client, CloseCode, createClient } from 'graphql-ws/client'

export interface SocketOptions {
  readonly url: string
  /** asked when the socket is open */
  readonly token: () => string | undefined | Promise<string | undefined>
  /** the class; absent: the global one */
  readonly webSocket: unknown
  /** the server has let us in */
  onOpen(): void
  /** whatever it says, be it only that it is there */
  onHeard(): void
  /** once, when nothing comes over it any more; `refusal` is the server's sentence where it took the token for none */
  onEnd(refusal: string | null): void
}

/** Milliseconds between pings, and how long an answer may take, to a ping as to an attempt. */
const PING = 5_000
const PATIENCE = 5_000

/** Milliseconds in which a server that is there says something. */
export const SILENCE = PING + PATIENCE

/** One WebSocket, from its first attempt to its end. */
export class Socket {
  readonly #client: Client
  readonly #options: SocketOptions
  #silence: ReturnType<typeof setTimeout> | undefined
  #ended = false

  constructor(options: SocketOptions) {
    this.#options = options
    this.#client = createClient({
      url: options.url,
      ...(options.webSocket === undefined ? {} : { webSocketImpl: options.webSocket }),
      connectionParams: async () => {
        const token = await options.token()
        return token === undefined ? {} : { authorization: `Bearer ${token}` }
      },
      lazy: false,
      keepAlive: PING,
      retryAttempts: 0,
      onNonLazyError: () => {},
      on: {
        connecting: () => this.#expectAnswer(),
        connected: () => options.onOpen(),
        ping: (received) => received || this.#expectAnswer(),
        message: () => {
          clearTimeout(this.#silence)
          options.onHeard()
        },
        error: () => this.#end(null),
        closed: (event) => this.#end(refusalIn(event)),
      },
    })
  }

  /** As graphql-ws has it, but nothing more is heard of what runs when the socket ends. */
  readonly subscribe: Client['subscribe'] = (payload, sink) =>
    this.#client.subscribe(payload, {
      next: (result) => this.#ended || sink.next(result as never),
      error: (error) => this.#ended || sink.error(error),
      complete: () => this.#ended || sink.complete(),
    })

  /** In peace, or in whatever state it is. `onEnd` is not called. */
  close(): void {
    this.#ended = true
    clearTimeout(this.#silence)
    this.#dispose()
  }

  /** Without waiting for a server that may be gone. */
  terminate(): void {
    this.#client.terminate()
  }

  #expectAnswer(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.terminate(), PATIENCE)
  }

  #end(refusal: string | null): void {
    if (this.#ended) return
    this.close()
    this.#options.onEnd(refusal)
  }

  /** Where it was never open graphql-ws says so again. */
  #dispose(): void {
    Promise.resolve(this.#client.dispose()).catch(() => {})
  }
}

function refusalIn(event: unknown): string | null {
  if (typeof event !== 'object' || event === null || !('code' in event)) return null
  if (event.code !== CloseCode.Unauthorized) return null
  return 'reason' in event && typeof event.reason === 'string' && event.reason !== ''
    ? event.reason
    : 'The token was refused.'
}
