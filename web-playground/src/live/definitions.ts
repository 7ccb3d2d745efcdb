import { type ReadonlySignal, signal } from '@preact/signals'
import { DefinitionsDocument, type DefinitionsQuery } from 'kairos/client/documents'
import type { Connection } from './connection.ts'
import { type Fault, faultOf } from './fault.ts'
import { type KnownSeries, knownSeries } from './known-series.ts'
import { payloadOf } from './payload.ts'

export interface Definitions {
  /** null before the first answer */
  readonly series: ReadonlySignal<readonly KnownSeries[] | null>
  readonly fault: ReadonlySignal<Fault | null>
}

/** What the server is configured to keep, asked anew whenever it is reached again: it may have been restarted. */
export function loadDefinitions({ client }: Connection): Definitions {
  const series = signal<readonly KnownSeries[] | null>(null)
  const fault = signal<Fault | null>(null)

  client.on('connected', () => {
    client.subscribe<DefinitionsQuery>(payloadOf(DefinitionsDocument), {
      next: ({ data, errors }) => {
        fault.value = errors ? faultOf(errors) : null
        if (data) series.value = knownSeries(data.definitions)
      },
      error: (cause) => {
        fault.value = faultOf(cause)
      },
      complete: () => {},
    })
  })
  return { series, fault }
}
