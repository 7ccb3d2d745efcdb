import type { KnownSeries } from '../live/known-series.ts'
import { addressOf } from './address.ts'

interface Props {
  readonly series: readonly KnownSeries[]
  readonly chosen: string
  choose(name: string): void
}

/** Every series with a known name: links, so that they may also be opened beside each other. */
export function SeriesList({ series, chosen, choose }: Props) {
  return (
    <nav class="series-list" aria-label="Series">
      <ul>
        {series.map(({ name, definition }) => (
          <li key={name}>
            <a
              href={addressOf({ series: name })}
              aria-current={name === chosen ? 'page' : undefined}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return
                event.preventDefault()
                choose(name)
              }}
            >
              <span class="series-name">{name}</span>
              <span class="series-type">{definition.type.toLowerCase()}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
