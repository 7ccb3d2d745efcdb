import type { Socket } from 'node:net'
import { Command } from 'ioredis'

/** A reply is owed for each command, so something must be sent in place of one that is not repeated. */
const PING = '*1\r\n$4\r\nPING\r\n'

/**
 * A command that a client sends at most once. By default ioredis sends what was not answered again when it has connected
 * anew, and what was written before the connection broke would be written twice.
 */
export class SingleCommand extends Command {
  #sent = false

  override toWritable(socket: Socket): ReturnType<Command['toWritable']> {
    if (!this.#sent) {
      this.#sent = true
      return super.toWritable(socket)
    }
    this.reject(new Error('the connection was lost before the reply came'))
    return PING
  }
}
