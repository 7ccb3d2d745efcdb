import type { Duplex } from 'node:stream'
import { REQUEST_ID } from './request-id.ts'

/** Answers who wants a WebSocket with a status such as `404 Not Found`, and ends the connection. */
export function refuseUpgrade(socket: Duplex, status: string, requestId?: string): void {
  const id = requestId === undefined ? '' : `${REQUEST_ID}: ${requestId}\r\n`
  socket.on('error', () => {})
  // The client's half may stay open for ever, and would hold the server when it ends.
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n${id}\r\n`, () =>
    socket.destroy(),
  )
}
