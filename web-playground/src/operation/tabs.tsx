import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'
import './tabs.css'

interface Props<Name extends string> {
  readonly label: string
  readonly names: readonly Name[]
  readonly chosen: Name
  choose(name: Name): void
  /** beside the tabs */
  readonly tools?: ComponentChildren
  /** of the tab that is chosen */
  readonly children: ComponentChildren
}

/** Tabs: one of them has the focus, arrows, Home and End go to the others. */
export function Tabs<Name extends string>({ label, names, chosen, choose, tools, children }: Props<Name>) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)

  const go = (event: KeyboardEvent) => {
    const place = names.indexOf(chosen)
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: (place + names.length - 1) % names.length,
      ArrowRight: (place + 1) % names.length,
      Home: 0,
      End: names.length - 1,
    }
    const next = places[event.key]
    const name = next === undefined ? undefined : names[next]
    if (next === undefined || name === undefined) return
    event.preventDefault()
    choose(name)
    list.current?.querySelectorAll('button')[next]?.focus()
  }

  return (
    <div class="tabs">
      <header>
        <div role="tablist" aria-label={label} ref={list} onKeyDown={go}>
          {names.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`${id}-${name}`}
              aria-selected={name === chosen}
              aria-controls={`${id}-panel`}
              tabIndex={name === chosen ? 0 : -1}
              onClick={() => choose(name)}
            >
              {name}
            </button>
          ))}
        </div>
        {tools}
      </header>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`}>
        {children}
      </div>
    </div>
  )
}
