import type { Socket } from 'node:net'
import { CloseCode, type Server as Protocol } from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { Log } from '../../log.ts'
import type { Connection } from './protocol.ts'

/** Milliseconds between two pings; who has not answered one when the next is due is gone. */
const PING = 12_000

/** Bytes that wait for the client to read them; while there are more, nothing more of it is read. */
const MOST_UNREAD = 1024 * 1024

/** Milliseconds for which a client may read nothing at all, while so much waits for it. */
const STALLED = 30_000

/** "Try again later", upon which clients come back. */
const TRY_AGAIN_LATER = 1013

/** What is known of a socket before its client says anything. */
interface Origin extends Pick<Connection, 'authorization' | 'address'> {
  /** what the socket was made of */
  readonly stream: Socket
}

/**
 * Carries `graphql-transport-ws` over one socket. graphql-ws brings the same, but writes to the console whatever a client
 * gets wrong.
 */
export function carry(
  protocol: Protocol<Connection>,
  socket: WebSocket,
  { stream, ...origin }: Origin,
  log: Log,
): void {
  socket.on('error', (error) => log.debug(`a WebSocket failed: ${error.message}`)) // ws closes it, too
  const stopPings = keepAlive(socket)
  const balance = keepBalance(socket, stream)
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: async (text) => {
        const sent = send(socket, text)
        balance()
        await sent
      },
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) =>
        socket.on('message', async (data) => {
          if (socket.readyState !== socket.OPEN) return // what comes behind our close has no answer
          try {
            await take(String(data))
          } catch (error) {
            log.debug(`a message over a WebSocket could not be handled: ${error}`)
            socket.close(CloseCode.InternalServerError, 'The message could not be handled')
          }
        }),
    },
    {
      ...origin,
      isOpen: () => socket.readyState === socket.OPEN,
      send: (text) => void send(socket, text).catch(() => {}), // the socket fails, too
      close: (code, reason) => socket.close(code, reason),
    },
  )
  socket.once('close', async (code, reason) => {
    stopPings()
    await closed(code, String(reason)).catch((error) => log.error(`ending a WebSocket failed: ${error}`))
  })
}

/** Resolves when it is on its way, and where the socket is closing, so that it never will be. */
async function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return
  await new Promise<void>((resolve, reject) =>
    socket.send(text, (error) => (error ? reject(error) : resolve())),
  )
}

function keepAlive(socket: WebSocket): () => void {
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  const timer = setInterval(() => {
    if (socket.isPaused) return // an answer would not be read
    if (!answered) socket.terminate()
    else if (socket.readyState === socket.OPEN) {
      answered = false
      socket.ping()
    }
  }, PING)
  return () => clearInterval(timer)
}

/**
 * A client that asks without reading the answers is not listened to until it has read them, and closed where it reads
 * nothing at all. What is given is to be called after something was sent.
 */
function keepBalance(socket: WebSocket, stream: Socket): () => void {
  const balance = (): void => {
    const full = socket.bufferedAmount > MOST_UNREAD
    if (full === socket.isPaused || socket.readyState !== socket.OPEN) return
    if (full) socket.pause()
    else socket.resume()
    stream.setTimeout(full ? STALLED : 0)
  }
  socket.on('ping', balance) // which ws has answered
  stream.on('drain', balance)
  stream.on('timeout', () => {
    socket.close(TRY_AGAIN_LATER, 'What was sent is not read')
    socket.resume() // for its answer
  })
  return balance
}
