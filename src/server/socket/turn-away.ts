import type { WebSocket } from 'ws'

/** Milliseconds that a client which may not stay has to take notice. */
const NOTICE = 1000

/** A page is not told why an upgrade was refused, but it is told why a socket was closed. */
export function turnAway(socket: WebSocket, code: number, reason: string): void {
  socket.on('error', () => {})
  socket.close(code, reason)
  const late = setTimeout(() => socket.terminate(), NOTICE)
  socket.once('close', () => clearTimeout(late))
}
