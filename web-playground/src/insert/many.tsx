import { type Connection, KairosError } from 'kairos/client'
import { type DefinitionsQuery, InsertManyDocument } from 'kairos/client/documents'
import { useMemo, useState } from 'preact/hooks'
import { InsertCode } from './insert-code.tsx'
import { type Outcome, type Result, refusalOf, resultText, sumOf, values } from './outcome.ts'
import { OutcomeView } from './outcome-view.tsx'
import type { LineFault } from './paste.ts'
import { PasteBox } from './paste-box.tsx'
import { PasteSummary } from './paste-summary.tsx'
import { type Batch, RequestIds } from './requests.ts'
import { ruleFinder } from './rules.ts'
import { usePaste } from './use-paste.ts'

interface Props {
  readonly connection: Connection
  readonly definitions: DefinitionsQuery['definitions'] | null
  readonly authorized: boolean
  inserted(names: readonly string[]): void
}

/** Values of any series from a pasted text: told what they are, then sent, in as many requests as it takes. */
export function Many({ connection, definitions, authorized, inserted }: Props) {
  const [text, setText] = useState('')
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'none' })
  const [refused, setRefused] = useState<readonly LineFault[]>([])
  const [ids] = useState(() => new RequestIds())
  /** of the batches of this text that were written, so that after a fault only the others are sent */
  const [written] = useState(() => new Map<string, Result>())
  const ruleOf = useMemo(() => ruleFinder(definitions), [definitions])
  const paste = usePaste(text, ruleOf)
  const requests = idsFor(paste?.batches ?? [], ids)
  const isReady = paste !== null && paste.faultCount === 0 && paste.inserts.length > 0
  const isBusy = outcome.kind === 'busy'

  const change = (text: string) => {
    setText(text)
    setRefused([])
    if (!isBusy) setOutcome({ kind: 'none' })
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    if (!isReady || isBusy) return
    setRefused([])
    // What was written of another text is none of this one's.
    const contents = new Set(requests.map(({ content }) => content))
    for (const content of written.keys()) if (!contents.has(content)) written.delete(content)
    for (const { content, inserts, first, id } of requests) {
      if (written.has(content)) continue
      setOutcome({ kind: 'busy', text: progress(first, paste.inserts.length) })
      ids.sent(content)
      try {
        const { insertMany } = await connection.request(InsertManyDocument, { id, inserts: [...inserts] })
        if (insertMany) written.set(content, insertMany)
      } catch (error) {
        const refusal = refusalOf(error)
        if (!refusal.again) ids.answered(content)
        if (error instanceof KairosError) setRefused(faultsAt(error, first, paste.lines))
        return setOutcome({ kind: 'refused', ...refusal, before: first })
      }
    }
    const result = sumOf([...written.values()])
    for (const { content } of requests) ids.answered(content)
    written.clear()
    setText('')
    setOutcome({ kind: 'done', text: resultText(result) })
    if (result.inserted > 0) inserted([...paste.names])
  }

  return (
    <>
      <form onSubmit={submit} class="many">
        <PasteBox text={text} change={change} isBusy={isBusy} />
        <PasteSummary isEmpty={text.trim() === ''} paste={paste} refused={refused} />
        <OutcomeView outcome={outcome} />
        <button type="submit" class="primary" aria-disabled={!isReady || isBusy}>
          Insert
        </button>
      </form>
      {isReady && <InsertCode authorized={authorized} many={requests} />}
    </>
  )
}

function idsFor(batches: readonly Batch[], ids: RequestIds) {
  const known = ids.of(batches.map(({ content }) => content))
  return batches.map((batch, place) => ({ ...batch, id: known[place] ?? '' }))
}

function progress(sent: number, total: number): string {
  return sent === 0 ? `Sending ${values(total)}` : `${sent.toLocaleString('en')} of ${values(total)} inserted`
}

/** What the server found wrong, at the lines of the values. */
function faultsAt({ faults }: KairosError, first: number, lines: readonly number[]): LineFault[] {
  return faults.flatMap(({ index, message }) => {
    const line = lines[first + index]
    return line === undefined ? [] : { line, message }
  })
}
