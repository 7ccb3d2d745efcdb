import type { Socket } from 'node:net'

/** Milliseconds between two looks. */
const LOOK = 5000

/**
 * Calls `over`, once, when `socket` has taken nothing for so many milliseconds of what waits to be written, and up to ten seconds
 * later; not any more when what is given was called. Of a write that is under way, Node tells only that nothing of it has moved
 * for a while, and says nothing where something has.
 */
export function whenNothingMoves(socket: Socket, milliseconds: number, over: () => void): () => void {
  const { timeout = 0 } = socket
  let [since, last] = [0, Number.NEGATIVE_INFINITY]
  const look = () => {
    const now = performance.now()
    if (now - last > 1.5 * LOOK) since = now - LOOK // a look was left out, since something moved
    last = now
    if (now - since < milliseconds) return socket.setTimeout(LOOK)
    stop()
    over()
  }
  const stop = () => {
    socket.off('timeout', look)
    socket.setTimeout(timeout)
  }
  socket.on('timeout', look)
  socket.setTimeout(LOOK)
  return stop
}
