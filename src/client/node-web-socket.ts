import { WebSocket } from 'ws'

/** graphql-ws closes a socket that never answered: "terminated". */
const TERMINATED = 4499

/** As WebSockets are in browsers, where one that fails throws nothing, and one that was given up is gone. */
export class NodeWebSocket extends WebSocket {
  constructor(address: string, protocols?: string) {
    super(address, protocols)
    this.on('error', () => {})
  }

  override close(code?: number, reason?: string): void {
    super.close(code, reason)
    if (code === TERMINATED) this.terminate()
  }
}
