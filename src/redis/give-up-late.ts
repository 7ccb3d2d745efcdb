import type { Redis } from 'ioredis'

/** What the client says of a command for which the reply has not come in `commandTimeout`. */
const LATE = 'Command timed out'

/**
 * Has the client connect anew where a reply is late. A command that is given up stays in the line for replies, and may stay in
 * the buffer of the connection; where Redis is slow for long, but not silent, they would become more and more.
 *
 * It also keeps a command of which the client itself drops the promise, as ASKING before one that a Cluster redirects, from ending
 * the process when its connection is lost.
 */
export function giveUpLate(redis: Redis): void {
  const send = redis.sendCommand
  redis.sendCommand = function (this: Redis, ...args) {
    const sent = send.apply(this, args)
    const [command] = args
    const { stream }: { readonly stream?: Redis['stream'] } = this
    command.promise.catch(({ message }: Error) => {
      if (message === LATE && this.status === 'ready' && this.stream === stream) this.disconnect(true)
    })
    return sent
  }
}
