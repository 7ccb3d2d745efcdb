import { CloseCode, type Server as Protocol } from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { Log } from '../log.ts'
import type { Connection } from './socket-protocol.ts'

/** Milliseconds between two pings; who has not answered one when the next is due is gone. */
const PING = 12_000

/** What is known of a socket before its client says anything. */
type Origin = Pick<Connection, 'authorization' | 'address'>

/**
 * Carries `graphql-transport-ws` over one socket. graphql-ws brings the same, but writes to the console whatever a client
 * gets wrong.
 */
export function carry(protocol: Protocol<Connection>, socket: WebSocket, origin: Origin, log: Log): void {
  socket.on('error', (error) => log.debug(`a WebSocket failed: ${error.message}`)) // ws closes it, too
  const stopPings = keepAlive(socket)
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) => send(socket, text),
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
    if (!answered) socket.terminate()
    else if (socket.readyState === socket.OPEN) {
      answered = false
      socket.ping()
    }
  }, PING)
  return () => clearInterval(timer)
}
