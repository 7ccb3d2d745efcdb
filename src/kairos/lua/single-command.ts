import type { Socket } from 'node:net'
import { Command } from 'ioredis'

/** A reply is owed for each command, so something must be sent in place of one that is not repeated. */
const PING = '*1\r\n$4\r\nPING\r\n'

/** A command that remembers over which connection it was sent last. */
export class TracedCommand extends Command {
  connection: Socket | undefined

  override toWritable(socket: Socket): ReturnType<Command['toWritable']> {
    this.connection = socket
    return super.toWritable(socket)
  }
}

/** Replies of a Cluster's node that has not run the command: it is to be sent elsewhere, or later. */
const NOT_RUN = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN) /

/**
 * A command that a client sends at most once, unless the reply proves that it was not run. By default ioredis sends what was
 * not answered again when it has connected anew, or to another node of a Cluster, and what was written before the connection
 * broke would be written twice.
 */
export class SingleCommand extends TracedCommand {
  #sent = false

  constructor(...options: ConstructorParameters<typeof Command>) {
    super(...options)
    let { reject } = this
    // A client of a Cluster puts its own in this place, and sends a command again that is rejected with such a reply.
    Object.defineProperty(this, 'reject', {
      get: () => {
        const next = reject
        return (error: Error) => {
          if (NOT_RUN.test(error.message)) this.#sent = false
          next.call(this, error)
        }
      },
      set: (changed: typeof reject) => {
        reject = changed
      },
    })
  }

  override toWritable(socket: Socket): ReturnType<Command['toWritable']> {
    if (!this.#sent && !this.isSettled) {
      this.#sent = true
      return super.toWritable(socket)
    }
    this.reject(new Error('the connection was lost before the reply came'))
    return PING
  }
}
