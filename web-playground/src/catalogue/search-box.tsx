import type { Signal } from '@preact/signals'
import type { RefObject } from 'preact'

interface Props {
  readonly label: string
  readonly placeholder: string
  readonly search: Signal<string>
  readonly field?: RefObject<HTMLInputElement | null>
  /** id of what it finds */
  readonly controls?: string
}

/** Letters at most: no name has more. */
const most = 512

/** Where a part of a series' name is typed. */
export function SearchBox({ label, placeholder, search, field, controls }: Props) {
  return (
    <input
      type="search"
      ref={field ?? null}
      aria-label={label}
      aria-controls={controls}
      placeholder={placeholder}
      autocomplete="off"
      spellcheck={false}
      maxLength={most}
      value={search}
      onInput={({ currentTarget }) => {
        search.value = currentTarget.value
      }}
    />
  )
}
