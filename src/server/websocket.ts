import { type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { handleProtocols } from 'graphql-ws'
import { WebSocketServer } from 'ws'
import { carry } from './graphql-socket.ts'
import { pathOf } from './path-of.ts'
import { refusal } from './same-site.ts'
import { createProtocol, type ProtocolOptions } from './socket-protocol.ts'

export interface WebSocketOptions extends ProtocolOptions {
  /** whether to answer only to the names of this machine, at present */
  readonly loopbackOnly: () => boolean
}

/** Bytes of one message, as of one HTTP body. */
const LARGEST_MESSAGE = 4 * 1024 * 1024

/** "Going away", upon which clients come back. */
const GOING_AWAY = 1001

/** Every WebSocket that is open. */
export interface WebSockets {
  /** Begins nothing more; resolves when the queries and mutations that run are answered. */
  drain(): Promise<void>
  /** Asks every client to come back elsewhere. */
  close(): void
  /** at once, whether the client listens or not */
  terminate(): void
}

/** `graphql-transport-ws` at `/graphql`. */
export function serveWebSocket(server: Server, { loopbackOnly, ...options }: WebSocketOptions): WebSockets {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE, handleProtocols })
  const protocol = createProtocol(options)
  server.on('upgrade', (request, socket: Duplex, head) => {
    if (pathOf(request) !== '/graphql') return refuse(socket, '404 Not Found')
    const refused = refusal(request, { loopbackOnly: loopbackOnly() })
    if (refused) return refuse(socket, `${refused.status} ${STATUS_CODES[refused.status]}`)
    const { authorization } = request.headers
    const address = request.socket.remoteAddress ?? ''
    sockets.handleUpgrade(request, socket, head, (opened) =>
      carry(protocol, opened, { authorization, address }, options.log),
    )
  })
  return {
    drain: () => protocol.drain(),
    close() {
      for (const socket of sockets.clients) socket.close(GOING_AWAY, 'Going away')
    },
    terminate() {
      for (const socket of sockets.clients) socket.terminate()
    },
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => {})
  // The client's half may stay open for ever, and would hold the server when it ends.
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}
