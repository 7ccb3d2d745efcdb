import { useMemo, useSyncExternalStore } from 'react'
import type { Columns, Connection, DefaultColumns, SeriesState, SeriesWatch, WatchOptions } from './index.ts'
import { initialState } from './series-watch.ts'

/**
 * The state of a series, current for as long as the component is mounted; options that say the same are the same watch.
 * Throws KairosError BAD_USER_INPUT where what is asked for cannot be.
 */
export function useSeries<const C extends Columns = DefaultColumns>(
  connection: Connection,
  options: WatchOptions<C>,
): SeriesState<C> {
  const key = JSON.stringify(options)
  const watch = useMemo(() => watchWhileWanted<C>(connection, JSON.parse(key)), [connection, key])
  return useSyncExternalStore(watch.subscribe, watch.state, watch.state)
}

/** A watch that is open while anyone listens. */
function watchWhileWanted<C extends Columns>(connection: Connection, options: WatchOptions<C>) {
  let state = initialState(connection.state, options)
  let watch: SeriesWatch<C> | undefined
  let listeners = 0
  return {
    state: () => state,
    subscribe(changed: () => void) {
      const opened = watch ?? connection.watchSeries(options)
      watch = opened
      listeners += 1
      state = opened.state
      const unlisten = opened.onChange((next) => {
        state = next
        changed()
      })
      return () => {
        unlisten()
        listeners -= 1
        if (listeners > 0) return
        opened.close()
        watch = undefined
      }
    },
  }
}
