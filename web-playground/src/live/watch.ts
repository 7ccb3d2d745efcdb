import { type ReadonlySignal, signal } from '@preact/signals'
import type { Connection } from './connection.ts'
import { type Fault, faultOf } from './fault.ts'
import type { LiveDocument, LiveVariables } from './live-document.ts'
import { merge, type Timed, type Update, type Window } from './merge.ts'
import { payloadOf } from './payload.ts'

export interface Live<Bucket extends Timed> {
  /** what the server holds, or held when it was last heard; null before the first answer */
  readonly window: ReadonlySignal<Window<Bucket> | null>
  /** why the operation is not running; null while it is */
  readonly fault: ReadonlySignal<Fault | null>
  stop(): void
}

/** Milliseconds before an operation that ended is opened again. */
const reopenAfter = 3_000

/** Follows one series. A reconnected socket resumes at the last cursor; an operation that ended begins anew. */
export function watch<Bucket extends Timed>(
  { client }: Connection,
  document: LiveDocument<Bucket>,
  series: { readonly name: string; readonly interval: string },
): Live<Bucket> {
  const window = signal<Window<Bucket> | null>(null)
  const fault = signal<Fault | null>(null)
  let reopening: ReturnType<typeof setTimeout> | undefined
  let close = () => {}
  let stopped = false

  const open = () => {
    // graphql-ws sends this very object again when it reconnects: `after` is kept current in it.
    const variables: LiveVariables = { ...series }
    close = client.subscribe<{ series: Update<Bucket> }>(
      { ...payloadOf(document), variables },
      {
        next: ({ data, errors }) => {
          fault.value = errors ? faultOf(errors) : null
          if (!data) return
          window.value = merge(window.value, data.series)
          variables.after = data.series.cursor
        },
        error: (cause) => ended(faultOf(cause)),
        complete: () => ended(faultOf(null)),
      },
    )
  }
  const ended = (cause: Fault) => {
    if (stopped) return
    fault.value = cause
    reopening = setTimeout(open, reopenAfter)
  }

  open()
  return {
    window,
    fault,
    stop: () => {
      stopped = true
      clearTimeout(reopening)
      close()
    },
  }
}
