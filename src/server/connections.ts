import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * The connections of a server that are HTTP's, and what they carry. Node takes one that has never asked anything for
 * busy, and does not look again at those that become idle while a server closes.
 */
export class Connections {
  /** requests that are not answered yet */
  readonly #requests = new Map<Socket, number>()
  #draining = false

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.#requests.set(socket, 0)
      socket.once('close', () => this.#requests.delete(socket))
    })
    server.on('request', ({ socket }, response) => {
      this.#count(socket, 1)
      response.once('close', () => this.#count(socket, -1))
    })
    server.on('upgrade', (request) => this.#requests.delete(request.socket))
  }

  /** From now on every connection ends with its last answer, and those that carry none at once. */
  drain(): void {
    this.#draining = true
    for (const socket of this.#requests.keys()) this.#count(socket, 0)
  }

  destroy(): void {
    for (const socket of this.#requests.keys()) socket.destroy()
  }

  #count(socket: Socket, change: number): void {
    const before = this.#requests.get(socket)
    if (before === undefined) return
    this.#requests.set(socket, before + change)
    if (this.#draining && before + change === 0) socket.destroySoon()
  }
}
