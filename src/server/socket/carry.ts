import type { Socket } from 'node:net'
import { CloseCode, MessageType, type Server as Protocol, stringifyMessage } from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { Log } from '../../log.ts'
import { type Deliveries, Delivery, type Line, PATIENCE, PING } from '../delivery.ts'
import type { Connection } from './protocol.ts'

/** "Try again later", upon which clients come back. */
export const TRY_AGAIN_LATER = 1013

export interface CarryOptions {
  readonly deliveries: Deliveries
  /** milliseconds for which Redis has not answered; 0 while it does */
  readonly unanswered: () => number
  readonly log: Log
}

/** What is known of a socket before its client says anything. */
interface Origin extends Pick<Connection, 'authorization' | 'address' | 'requestId' | 'trace'> {
  /** what the socket was made of */
  readonly stream: Socket
}

/**
 * Carries `graphql-transport-ws` over one socket. graphql-ws brings the same, but writes to the console whatever a client
 * gets wrong. Gives what it keeps of it.
 */
export function carry(
  protocol: Protocol<Connection>,
  socket: WebSocket,
  { stream, ...origin }: Origin,
  { deliveries, unanswered, log }: CarryOptions,
): Connection {
  const about = { requestId: origin.requestId }
  socket.on('error', (error) => log.debug(`a WebSocket failed: ${error.message}`, about)) // ws closes it, too
  const line = new SocketLine(socket, stream)
  const delivery = new Delivery(deliveries, 'websocket', line)
  const stopPings = keepAlive(socket, line, delivery)
  socket.on('ping', () => delivery.balance()) // which ws has answered
  const connection: Connection = {
    ...origin,
    delivery,
    beginning: new Map(),
    subscriptions: new Set(),
    get isOpen() {
      return line.isOpen
    },
    send: (text) => void send(socket, text).catch(() => {}), // the socket fails, too
    close: (code, reason) => socket.close(code, reason),
  }
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: async (text) => {
        const sent = send(socket, text)
        delivery.balance()
        await sent
      },
      close: (code, reason) => socket.close(code, reason),
      onPing: async (payload) => {
        // Who watches is told nothing while Redis is away, and would take that for nothing new.
        const away = unanswered()
        const told = away > 0 ? { ...payload, storeAwayFor: away / 1000 } : payload
        await send(socket, stringifyMessage({ type: MessageType.Pong, ...(told && { payload: told }) }))
      },
      onMessage: (take) =>
        socket.on('message', async (data) => {
          if (socket.readyState !== socket.OPEN) return // what comes behind our close has no answer
          try {
            await take(String(data))
          } catch (error) {
            log.debug(`a message over a WebSocket could not be handled: ${error}`, about)
            socket.close(CloseCode.InternalServerError, 'The message could not be handled')
          }
        }),
    },
    connection,
  )
  socket.once('close', async (code, reason) => {
    stopPings()
    await closed(code, String(reason)).catch((error) =>
      log.error(`ending a WebSocket failed: ${error}`, about),
    )
  })
  return connection
}

/** Resolves when it is on its way, and where the socket is closing, so that it never will be. */
async function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return
  await new Promise<void>((resolve, reject) =>
    socket.send(text, (error) => (error ? reject(error) : resolve())),
  )
}

class SocketLine implements Line {
  /** frames may be written to it between two messages of ws, which writes each at once */
  readonly stream: Socket
  readonly #socket: WebSocket

  constructor(socket: WebSocket, stream: Socket) {
    this.#socket = socket
    this.stream = stream
  }

  get socket(): Socket {
    return this.stream
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  giveUp(): void {
    this.#socket.close(TRY_AGAIN_LATER, 'What was sent is not read')
    this.#socket.resume() // for its answer
  }
}

/** A client that answers no ping is given up. Where it has yet to take what it was sent, it is not asked: it would read that first. */
function keepAlive(socket: WebSocket, line: Line, delivery: Delivery): () => void {
  let unanswered = 0
  socket.on('pong', () => {
    unanswered = 0
  })
  const timer = setInterval(() => {
    if (!line.isOpen) return
    if (!delivery.isTaken) return delivery.wait()
    if (unanswered >= PATIENCE / PING) return delivery.giveUp()
    if (unanswered === 0) socket.ping()
    unanswered += 1
  }, PING)
  return () => clearInterval(timer)
}
