import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * The connections of a server that are HTTP's, and what they carry. Node takes one that has never asked anything for
 * busy, does not look again at those that become idle while a server closes, and says of all of them that they stay.
 */
export class Connections {
  /** answers that are not sent yet, in the order of the requests */
  readonly #answers = new Map<Socket, Set<ServerResponse>>()
  #draining = false

  constructor(server: Server) {
    server.on('connection', (socket) => {
      const answers = new Set<ServerResponse>()
      this.#answers.set(socket, answers)
      socket.once('close', () => {
        this.#answers.delete(socket)
        for (const answer of answers) if (answer.socket === null) close(answer)
      })
    })
    server.on('request', ({ socket }, response) => {
      const answers = this.#answers.get(socket)
      if (this.#draining) endWith(response)
      answers?.add(response)
      response.once('close', () => {
        answers?.delete(response)
        if (this.#draining) this.#endIdle(socket)
      })
    })
    server.on('upgrade', (request) => this.#answers.delete(request.socket))
  }

  /** From now on every connection ends with its last answer, which says so, and those that wait for none at once. */
  drain(): void {
    this.#draining = true
    for (const [socket, answers] of this.#answers) {
      for (const last of [...answers].slice(-1)) endWith(last)
      this.#endIdle(socket)
    }
  }

  destroy(): void {
    for (const socket of this.#answers.keys()) socket.destroy()
  }

  #endIdle(socket: Socket): void {
    if (this.#answers.get(socket)?.size === 0) socket.destroySoon()
  }
}

/** Of an answer that has still to wait for those before it, Node does not tell that its client is gone. */
function close(response: ServerResponse): void {
  response.destroy()
  response.emit('close')
}

/** Has it say `connection: close`, where its headers are not sent yet. */
function endWith(response: ServerResponse): void {
  response.shouldKeepAlive = false
}
