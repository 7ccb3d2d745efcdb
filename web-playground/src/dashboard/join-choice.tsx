import { useEffect, useId, useMemo } from 'preact/hooks'
import { type Catalogue, openCatalogue } from '../catalogue/catalogue.ts'
import { SearchBox } from '../catalogue/search-box.tsx'
import type { Definition } from '../server/definition.ts'
import type { Definitions } from '../server/definitions.ts'
import type { Server } from '../server/server.ts'
import type { ChartView } from '../view/view.ts'
import './join-choice.css'

/** Series that are offered at once: more are found by typing. */
const offered = 8

interface Props {
  readonly server: Server
  readonly definitions: Definitions
  readonly definition: Definition
  readonly view: ChartView
  change(view: ChartView): void
}

/** Which series are joined into one, and which others of the same type could be. */
export function JoinChoice({ server, definitions, definition, view, change }: Props) {
  const id = useId()
  const catalogue = useMemo(() => openCatalogue(server, definitions.known), [server, definitions])
  useEffect(() => () => catalogue.close(), [catalogue])
  const { names } = view
  const others = candidates(catalogue, definition, names)
  return (
    <section class="join" aria-label="Joined series">
      <ul>
        {names.map((name) => (
          <li key={name}>
            <span>{name}</span>
            {names.length > 1 && (
              <button
                type="button"
                aria-label={`Take ${name} out`}
                onClick={() => change({ ...view, names: names.filter((each) => each !== name) })}
              >
                ×
              </button>
            )}
          </li>
        ))}
      </ul>
      <SearchBox
        label="Search series to join"
        placeholder="Add another by its name"
        search={catalogue.search}
        controls={id}
      />
      <ul id={id} aria-label="Series that may be joined">
        {others.map((name) => (
          <li key={name}>
            <button type="button" onClick={() => change({ ...view, names: [...names, name] })}>
              + {name}
            </button>
          </li>
        ))}
      </ul>
      {others.length === 0 && catalogue.rows.value && (
        <p>No other series of this type{catalogue.search.value && ' has such a name'}.</p>
      )}
    </section>
  )
}

/** Of the same type and values; whether their intervals agree is the server's to say. */
function candidates(
  { rows }: Catalogue,
  { type, valueType }: Definition,
  names: readonly string[],
): readonly string[] {
  return (rows.value ?? [])
    .filter((row) => row.type === type && row.valueType === valueType && !names.includes(row.name))
    .slice(0, offered)
    .map(({ name }) => name)
}
