import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { isShown, mostCharts, type View } from '../view/view.ts'
import { ageText } from './age.ts'
import type { Catalogue } from './catalogue.ts'
import type { Row } from './rows.ts'
import { SearchBox } from './search-box.tsx'
import './catalogue-list.css'

interface Props {
  readonly catalogue: Catalogue
  readonly view: View
  readonly searchBox: RefObject<HTMLInputElement | null>
  /** Shows the series in a chart of its own, or no longer. */
  show(name: string, shown: boolean): void
}

/** Every stored series, to be searched and ticked. On a phone it is closed until it is wanted. */
export function CatalogueList({ catalogue, view, searchBox, show }: Props) {
  const open = useSignal(false)
  const rows = catalogue.rows.value
  const error = catalogue.error.value
  const full = view.charts.length >= mostCharts
  return (
    <nav class={open.value ? 'catalogue open' : 'catalogue'} aria-label="Series">
      <button
        type="button"
        class="catalogue-toggle"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value
        }}
      >
        Series
      </button>
      <div class="catalogue-body">
        <div class="search">
          <SearchBox
            label="Search series"
            placeholder="Search series"
            search={catalogue.search}
            field={searchBox}
          />
        </div>
        {error && (
          <p class="catalogue-note">
            {error.message} <code>{error.code}</code>
          </p>
        )}
        {rows?.length === 0 && (
          <p class="catalogue-note">
            {catalogue.search.value ? 'No series has such a name.' : 'Nothing is stored yet.'}
          </p>
        )}
        {full && (
          <p class="catalogue-note">A page shows {mostCharts} charts at most: remove one to show another.</p>
        )}
        <ul>
          {rows?.map((row) => (
            <Item key={row.name} row={row} shown={isShown(view, row.name)} full={full} show={show} />
          ))}
        </ul>
        {catalogue.more.value && (
          <button type="button" class="more" onClick={catalogue.loadMore}>
            Show more
          </button>
        )}
      </div>
    </nav>
  )
}

interface ItemProps {
  readonly row: Row
  readonly shown: boolean
  /** whether there is no room for another */
  readonly full: boolean
  show(name: string, shown: boolean): void
}

function Item({ row: { name, type, age }, shown, full, show }: ItemProps) {
  return (
    <li>
      <label title={name}>
        <input
          type="checkbox"
          checked={shown}
          disabled={full && !shown}
          onChange={({ currentTarget }) => show(name, currentTarget.checked)}
        />
        <span class="name">{name}</span> <span class="type">{type.toLowerCase()}</span>{' '}
        <span class="age">{age === null ? 'none yet' : ageText(age)}</span>
      </label>
    </li>
  )
}
