import { type ConnectOptions, SocketConnection } from './connection.ts'
import type { Columns, WatchOptions } from './operation.ts'
import { type SeriesWatch, Watch } from './series-watch.ts'

/** A watch with a connection of its own, which it takes with it when it ends. Throws BAD_USER_INPUT. */
export function soleWatch<C extends Columns>(
  options: ConnectOptions & WatchOptions<C>,
  webSocket?: unknown,
): SeriesWatch<C> {
  const connection = new SocketConnection(options, webSocket)
  try {
    return new Watch(connection, options, () => connection.close())
  } catch (error) {
    connection.close()
    throw error
  }
}
