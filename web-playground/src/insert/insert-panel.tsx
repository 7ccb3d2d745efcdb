import type { Connection } from 'kairos/client'
import type { DefinitionsQuery } from 'kairos/client/documents'
import { useState } from 'preact/hooks'
import { Tabs } from '../operation/tabs.tsx'
import { Many } from './many.tsx'
import { OneValue } from './one-value.tsx'
import './insert-panel.css'

interface Props {
  readonly connection: Connection
  /** in matching order; null where they are not there yet */
  readonly definitions: DefinitionsQuery['definitions'] | null
  /** the series that the form begins with; empty: none */
  readonly name: string
  /** names to complete what is typed */
  readonly suggestions: readonly string[]
  /** whether the server wants a token */
  readonly authorized: boolean
  /** Called with the series that were written to. */
  inserted(names: readonly string[]): void
  close(): void
}

const names = ['One value', 'Many'] as const

/** Inserting by hand, beside the charts that move. */
export function InsertPanel({
  connection,
  definitions,
  name,
  suggestions,
  authorized,
  inserted,
  close,
}: Props) {
  const [chosen, choose] = useState<(typeof names)[number]>('One value')
  return (
    <aside class="insert-panel" aria-label="Insert">
      <header>
        <h2>Insert</h2>
        <button type="button" aria-label="Close" onClick={close}>
          ×
        </button>
      </header>
      <Tabs label="How many" names={names} chosen={chosen} choose={(name) => choose(name)}>
        {chosen === 'One value' ? (
          <OneValue
            key={name}
            connection={connection}
            begun={name}
            suggestions={suggestions}
            authorized={authorized}
            inserted={inserted}
          />
        ) : (
          <Many
            connection={connection}
            definitions={definitions}
            authorized={authorized}
            inserted={inserted}
          />
        )}
      </Tabs>
    </aside>
  )
}
