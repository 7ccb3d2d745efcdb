import { useId, useRef } from 'preact/hooks'

interface Props {
  readonly text: string
  readonly isBusy: boolean
  change(text: string): void
}

/** Characters from which on a browser would be slow to edit a text: it is held aside, and its beginning shown. */
const EDITABLE = 200_000
/** Characters of a text that is held aside that are shown. */
const SHOWN = 2_000

const example = `sensor.hall  21.5
sensor.hall  21.7  2026-02-28T12:00:00Z
hits.shop    3`

/** Where values are pasted, or typed. */
export function PasteBox({ text, isBusy, change }: Props) {
  const id = useId()
  const box = useRef<HTMLTextAreaElement>(null)
  const isHeld = text.length > EDITABLE

  /** A long text never enters the box. */
  const paste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData?.getData('text/plain') ?? ''
    if (!box.current || isBusy || text.length + pasted.length <= EDITABLE) return
    event.preventDefault()
    const { selectionStart, selectionEnd } = box.current
    change(text.slice(0, selectionStart) + pasted + text.slice(selectionEnd))
  }
  return (
    <>
      <label for={id}>Values</label>
      <textarea
        id={id}
        ref={box}
        rows={8}
        wrap="off"
        autoComplete="off"
        spellcheck={false}
        placeholder={example}
        readOnly={isHeld || isBusy}
        value={isHeld ? `${text.slice(0, SHOWN)}…` : text}
        aria-describedby={`${id}-help`}
        onPaste={paste}
        onInput={({ currentTarget }) => change(currentTarget.value)}
      />
      <p id={`${id}-help`} class="hint">
        {isHeld ? (
          <>
            The beginning of {text.length.toLocaleString('en')} characters.{' '}
            <button type="button" disabled={isBusy} onClick={() => change('')}>
              Clear
            </button>
          </>
        ) : (
          'Lines of name, value and time, as from a spreadsheet, CSV, or JSON. Without a time it is now.'
        )}
      </p>
    </>
  )
}
