import { values } from './outcome.ts'
import type { LineFault, Paste } from './paste.ts'

interface Props {
  readonly isEmpty: boolean
  /** null while it is read */
  readonly paste: Paste | null
  /** what the server found wrong */
  readonly refused: readonly LineFault[]
}

const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

/** What a pasted text says, and what is wrong in it, line by line. */
export function PasteSummary({ isEmpty, paste, refused }: Props) {
  if (isEmpty) return null
  if (!paste) return <p class="hint">Reading</p>
  const { faults, faultCount } = paste
  const shown = faultCount > 0 ? faults : refused
  const count = Math.max(faultCount, shown.length)
  return (
    <>
      <p class="hint">{summary(paste)}</p>
      {count > 0 && (
        <div class="faults">
          <p>{faultCount > 0 ? `${lines(faultCount)} cannot be inserted:` : 'The server refused:'}</p>
          <ul>
            {shown.map(({ line, message }, place) => (
              <li key={place}>
                <strong>Line {line.toLocaleString('en')}</strong> {message}
              </li>
            ))}
          </ul>
          {count > shown.length && <p>and {(count - shown.length).toLocaleString('en')} more</p>}
        </div>
      )}
    </>
  )
}

function summary({ format, inserts, names, span }: Paste): string {
  const [name = ''] = names
  const series = names.size === 1 ? name : `${names.size.toLocaleString('en')} series`
  const when = span ? (span.from === span.to ? at(span.from) : `${at(span.from)} to ${at(span.to)}`) : 'now'
  return inserts.length === 0
    ? `No values, ${format}`
    : `${values(inserts.length)} of ${series}, ${when} (${format})`
}

const at = (timestamp: number) => time.format(timestamp * 1000)

function lines(count: number): string {
  return `${count.toLocaleString('en')} line${count === 1 ? '' : 's'}`
}
