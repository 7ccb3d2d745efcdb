import type { Duplex } from 'node:stream'

/** Answers who wants a WebSocket with a status such as `404 Not Found`, and ends the connection. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => {})
  // The client's half may stay open for ever, and would hold the server when it ends.
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}
