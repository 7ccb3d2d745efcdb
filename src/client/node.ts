import { type Connection, type ConnectOptions, SocketConnection } from './connection.ts'
import { NodeWebSocket } from './node-web-socket.ts'
import type { Columns, DefaultColumns, WatchOptions } from './operation.ts'
import type { SeriesWatch } from './series-watch.ts'
import { soleWatch } from './sole-watch.ts'

export * from './index.ts'

/** Node has one of its own from version 22 on. */
const webSocket: unknown = Reflect.get(globalThis, 'WebSocket') ?? NodeWebSocket

/** A connection to a server, which is tried at once. Throws KairosError BAD_USER_INPUT where `url` is missing or none. */
export function connect(options: ConnectOptions = {}): Connection {
  return new SocketConnection(options, webSocket)
}

/** One watch with a connection of its own, which is closed when the iteration or the watch ends. */
export function watchSeries<const C extends Columns = DefaultColumns>(
  options: ConnectOptions & WatchOptions<C>,
): SeriesWatch<C> {
  return soleWatch(options, webSocket)
}
