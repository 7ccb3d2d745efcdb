import { type Connection, type ConnectOptions, SocketConnection } from './connection.ts'
import type { Columns, DefaultColumns, WatchOptions } from './operation.ts'
import type { SeriesWatch } from './series-watch.ts'
import { soleWatch } from './sole-watch.ts'

export type { Connection, ConnectOptions, TypedDocument } from './connection.ts'
export type { ConnectionState } from './connection-state.ts'
export { type ErrorCode, type InsertFault, KairosError } from './kairos-error.ts'
export {
  type Column,
  type Columns,
  type DefaultColumns,
  type Operation,
  type ReadOptions,
  readOperation,
  type Selection,
  type Stat,
  type WatchOptions,
  watchOperation,
} from './operation.ts'
export type { Entry, Grid, Interval, SeriesData, SeriesState, SeriesType, Value } from './series.ts'
export type { SeriesWatch } from './series-watch.ts'

/** A connection to a server, which is tried at once. Throws KairosError BAD_USER_INPUT where `url` is missing or none. */
export function connect(options: ConnectOptions = {}): Connection {
  return new SocketConnection(options)
}

/** One watch with a connection of its own, which is closed when the iteration or the watch ends. */
export function watchSeries<const C extends Columns = DefaultColumns>(
  options: ConnectOptions & WatchOptions<C>,
): SeriesWatch<C> {
  return soleWatch(options)
}
