import type { Socket } from 'node:net'
import { CloseCode, MessageType, type Server as Protocol, parseMessage, stringifyMessage } from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { Log } from '../../log.ts'
import type { Share } from '../budget.ts'
import { type Deliveries, Delivery, type Line, PATIENCE, PING } from '../delivery.ts'
import type { Operations } from '../operations/operations.ts'
import type { Asked, Connection } from './protocol.ts'
import { turnAway } from './turn-away.ts'

/** "Try again later", upon which clients come back. */
export const TRY_AGAIN_LATER = 1013
/** "Message too big" */
const TOO_BIG = 1009
/** Bytes that a client may send before it is known: of its greeting, and what frames that. */
const LARGEST_GREETING = 64 * 1024

export interface CarryOptions {
  readonly operations: Operations
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
  { operations, deliveries, unanswered, log }: CarryOptions,
): Connection {
  const about = { requestId: origin.requestId }
  socket.on('error', (error) => {
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
      operations.outcomes.hit('request')
    log.debug(`a WebSocket failed: ${error.message}`, about) // ws closes it, too
  })
  const line = new SocketLine(socket, stream)
  const delivery = new Delivery(deliveries, 'websocket', line)
  const stopPings = keepAlive(socket, line, delivery)
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
  const incoming = operations.requests.open()
  let greeted = 0
  // Before ws, which may have a whole message of it.
  stream.prependListener('data', ({ length }: Buffer) => {
    if (!line.isOpen) return
    greeted += length
    if (!incoming.take(length)) {
      operations.outcomes.hit('memory')
      turnAway(socket, TRY_AGAIN_LATER, 'The server holds as many requests as it has memory for')
    } else if (!connection.caller && greeted > LARGEST_GREETING) {
      operations.outcomes.hit('request')
      turnAway(socket, TOO_BIG, `A greeting has at most ${LARGEST_GREETING} bytes`)
    }
  })
  socket.on('ping', (data) => {
    incoming.give(controlFrame(data))
    delivery.balance() // ws has answered it
  })
  socket.on('pong', (data) => incoming.give(controlFrame(data)))
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
      // No closure may keep `data` for as long as graphql-ws does not answer, which is as long as a subscription goes on.
      onMessage: (take) =>
        socket.on('message', (data) => {
          incoming.close()
          if (socket.readyState !== socket.OPEN) return // what comes behind our close has no answer
          const share = operations.requests.open()
          const told = take(setAside(String(data), connection, share))
          connection.asked = undefined
          told
            .catch((error) => {
              log.debug(`a message over a WebSocket could not be handled: ${error}`, about)
              socket.close(CloseCode.InternalServerError, 'The message could not be handled')
            })
            .finally(() => share.close())
        }),
    },
    connection,
  )
  socket.once('close', async (code, reason) => {
    incoming.close()
    stopPings()
    await closed(code, String(reason)).catch((error) =>
      log.error(`ending a WebSocket failed: ${error}`, about),
    )
  })
  return connection
}

/** Bytes of a frame that carries no message, as a client sends it: two of its head, four of its mask, and at most 125 of data. */
function controlFrame(data: Buffer): number {
  return 6 + data.length
}

/**
 * The message as graphql-ws is given it: what is no operation as it came, and of an operation its id. The rest of
 * that is what `connection` is asked, of which `share` holds the bytes.
 */
function setAside(text: string, connection: Connection, share: Share): string {
  const asked = askedIn(text)
  if (!asked) return text
  const { id, payload } = asked
  share.take(text.length) // there was room for more while it came in
  connection.asked = { payload, share }
  return stringifyMessage({ id, type: MessageType.Subscribe, payload: { query: '' } })
}

/** Undefined where it is nothing that graphql-ws would execute. */
function askedIn(text: string): (Pick<Asked, 'payload'> & { readonly id: string }) | undefined {
  try {
    const message = parseMessage(text)
    return message.type === MessageType.Subscribe ? message : undefined
  } catch {
    return undefined // which graphql-ws finds, too
  }
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
