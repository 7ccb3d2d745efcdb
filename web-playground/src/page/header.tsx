import type { ReadonlySignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { timeRange } from '../format/time.ts'
import type { Range } from '../view/view.ts'
import { Icon } from './icon.tsx'
import mark from './mark.svg'
import type { Status } from './status.ts'
import { theme, themes } from './theme.ts'
import './header.css'

interface Props {
  readonly status: ReadonlySignal<Status>
  readonly range: Range | null
  readonly inserting: boolean
  readonly insertButton: RefObject<HTMLButtonElement | null>
  backToLive(): void
  toggleInsert(): void
}

/** What the page is, how true it is, and what else there is. */
export function Header({ status, range, inserting, insertButton, backToLive, toggleInsert }: Props) {
  const { text, kind } = status.value
  return (
    <header class="top">
      <a class="brand" href="./">
        <img src={mark} alt="" width="22" height="22" />
        Kairos
      </a>
      <p class={`status ${kind}`} role="status">
        {text}
      </p>
      {range && (
        <div class="past">
          <span class="history">History: {timeRange(range.from, range.to).replace(' – ', ' to ')}</span>
          <button type="button" class="primary" onClick={backToLive}>
            Back to live
          </button>
        </div>
      )}
      <div class="top-end">
        <button type="button" ref={insertButton} aria-expanded={inserting} onClick={toggleInsert}>
          Insert
        </button>
        <a class="button graphiql" href="/graphql">
          GraphiQL
        </a>
        <ThemeChoice />
        <button type="button" class="quiet" aria-label="Keys" popovertarget="keys">
          ?
        </button>
      </div>
      <div id="keys" class="keys" popover="auto">
        <h2>Keys</h2>
        <dl>
          {keys.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <a class="button graphiql" href="/graphql">
          GraphiQL
        </a>
      </div>
    </header>
  )
}

const keys = [
  ['/', 'search series'],
  ['i', 'insert values'],
  ['Esc', 'back to live, then to all charts'],
  ['← →', 'in a chart: move the cursor; with Shift ten at once'],
  ['Enter', 'in a chart: mark a time; again: zoom to what lies between'],
] as const

/** A button that goes through the themes. */
function ThemeChoice() {
  const next = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'system'
  return (
    <button
      type="button"
      class="quiet"
      title={`Theme: ${theme.value}`}
      aria-label={`Theme: ${theme.value}`}
      onClick={() => {
        theme.value = next
      }}
    >
      <Icon name="theme" />
    </button>
  )
}
