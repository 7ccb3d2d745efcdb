import type { WebSocket } from 'ws'
import { NodeWebSocket } from '../../src/client/node-web-socket.ts'

/** What passed over the sockets of one client. */
export interface Recording {
  /** a class of sockets for that client */
  readonly WebSocket: typeof NodeWebSocket
  /** each socket that was made */
  readonly made: readonly WebSocket[]
  /** messages, parsed, in order */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into them as they need, and fail where they are otherwise
  readonly sent: readonly any[]
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly received: readonly any[]
}

export function recording(): Recording {
  const made: WebSocket[] = []
  const sent: unknown[] = []
  const received: unknown[] = []
  class RecordedWebSocket extends NodeWebSocket {
    constructor(address: string, protocols?: string) {
      super(address, protocols)
      made.push(this)
      this.on('message', (data) => received.push(JSON.parse(String(data))))
    }

    override send(data: string): void {
      sent.push(JSON.parse(data))
      super.send(data)
    }
  }
  return { WebSocket: RecordedWebSocket, made, sent, received }
}
