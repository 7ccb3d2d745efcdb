import type { Connection, Value } from 'kairos/client'
import { InsertDocument } from 'kairos/client/documents'
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks'
import { InsertCode } from './insert-code.tsx'
import { type Outcome, refusalOf, resultText } from './outcome.ts'
import { OutcomeView } from './outcome-view.tsx'
import { RequestIds } from './requests.ts'
import { type Rule, ruleText } from './rules.ts'
import { type Lookup, useDefinition } from './use-definition.ts'
import { type Checked, checkedText } from './values.ts'

interface Props {
  readonly connection: Connection
  /** the name that stands there at first */
  readonly begun: string
  readonly suggestions: readonly string[]
  readonly authorized: boolean
  inserted(names: readonly string[]): void
}

/** Names that are offered at once. */
const MOST_OFFERED = 100

/** One value for one series; after Enter the next value can be typed. */
export function OneValue({ connection, begun, suggestions, authorized, inserted }: Props) {
  const id = useId()
  const [name, setName] = useState(begun)
  const [text, setText] = useState('')
  const [time, setTime] = useState('')
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'none' })
  const nameField = useRef<HTMLInputElement>(null)
  const valueField = useRef<HTMLInputElement>(null)
  const timeField = useRef<HTMLInputElement>(null)
  useEffect(() => (begun === '' ? nameField : valueField).current?.focus(), [begun])
  const ids = useRef(new RequestIds()).current
  /** what was submitted last, until its answer comes: the next one waits for it, and is not sent where it was refused */
  const sending = useRef<{ readonly content: string; readonly answer: Promise<Outcome> } | null>(null)
  const { lookup, find } = useDefinition(connection, name)
  const rule = lookup.kind === 'found' ? lookup.definition : null
  const offered = useMemo(
    () => suggestions.filter((each) => each.includes(name)).slice(0, MOST_OFFERED),
    [suggestions, name],
  )

  const submit = async (event: Event) => {
    event.preventDefault()
    // What is typed next takes this one's place, though its answer has yet to come.
    valueField.current?.select()
    valueField.current?.focus()
    const content = JSON.stringify([name, text, time])
    const before = sending.current
    if (before?.content === content) return // pressed twice
    const answer = before
      ? before.answer.then((outcome) => (outcome.kind === 'done' ? insert() : outcome))
      : insert()
    const sent = { content, answer }
    sending.current = sent
    setOutcome({ kind: 'busy', text: 'Sending' })
    const result = await answer
    if (sending.current !== sent) return
    sending.current = null
    setOutcome(result)
  }
  const insert = async (): Promise<Outcome> => {
    // Half a time is empty to us, which would be now.
    if (timeField.current?.validity.badInput) return refused('The time is not complete.')
    const found = await find(name)
    if (found.kind === 'fault') return refused(found.message)
    if (found.kind !== 'found')
      return refused(`No definition matches the name ${JSON.stringify(name)}.`, 'UNKNOWN_SERIES')
    const insert = insertOf(name, text, time, found.definition)
    if ('fault' in insert) return refused(insert.fault)
    const content = JSON.stringify(insert.ok)
    const [requestId = ''] = ids.of([content])
    ids.sent(content)
    try {
      const { insert: result } = await connection.request(InsertDocument, { ...insert.ok, id: requestId })
      ids.answered(content)
      if (!result) return refused('The server gave no answer.', 'INTERNAL')
      if (result.inserted > 0) inserted([name])
      return { kind: 'done', text: resultText(result) }
    } catch (error) {
      const refusal = refusalOf(error)
      if (!refusal.again) ids.answered(content)
      return { kind: 'refused', ...refusal }
    }
  }

  const shown = insertOf(name, text, time, rule)
  const variables = 'ok' in shown ? shown.ok : { name }
  const [requestId = ''] = ids.of([JSON.stringify(variables)])
  return (
    <>
      <form onSubmit={submit} class="one-value" noValidate>
        <label for={`${id}-name`}>Name</label>
        <input
          id={`${id}-name`}
          list={`${id}-names`}
          value={name}
          ref={nameField}
          autoComplete="off"
          spellcheck={false}
          aria-describedby={`${id}-rule`}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <datalist id={`${id}-names`}>
          {offered.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <p id={`${id}-rule`} class="hint">
          {name === '' ? 'of the series: any name that a definition matches' : lookupText(lookup)}
        </p>

        <label for={`${id}-value`}>Value</label>
        {rule?.valueType === 'BOOLEAN' ? (
          <span class="flag">
            <input
              id={`${id}-value`}
              type="checkbox"
              checked={text === 'true'}
              ref={valueField}
              onChange={({ currentTarget }) => setText(String(currentTarget.checked))}
            />
            {text === 'true' ? 'true' : 'false'}
          </span>
        ) : (
          <input
            id={`${id}-value`}
            inputMode={rule && rule.valueType !== 'STRING' ? 'decimal' : 'text'}
            placeholder={rule?.type === 'COUNT' ? '1' : ''}
            value={text}
            ref={valueField}
            autoComplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        )}

        <label for={`${id}-time`}>Time</label>
        <input
          id={`${id}-time`}
          type="datetime-local"
          step="1"
          value={time}
          ref={timeField}
          aria-describedby={`${id}-zone`}
          onInput={({ currentTarget }) => setTime(currentTarget.value)}
        />
        <p id={`${id}-zone`} class="hint">
          {time === '' ? 'now, unless you choose one' : `in ${zoneText(new Date(time))}`}
        </p>

        <OutcomeView outcome={outcome} />
        <button type="submit" class="primary" aria-disabled={outcome.kind === 'busy'}>
          Insert
        </button>
      </form>
      <InsertCode authorized={authorized} one={{ ...variables, id: requestId }} />
    </>
  )
}

function refused(message: string, code = 'BAD_USER_INPUT'): Outcome {
  return { kind: 'refused', code, message, again: false }
}

function lookupText(lookup: Lookup) {
  switch (lookup.kind) {
    case 'asking':
      return 'asking the server'
    case 'found':
      return (
        <>
          <strong>{lookup.definition.name}</strong>: {ruleText(lookup.definition)}
        </>
      )
    case 'none':
      return 'no definition of this server matches the name'
    case 'fault':
      return lookup.message
  }
}

/** A value as the form has it, or why there is none. */
function insertOf(
  name: string,
  text: string,
  time: string,
  rule: Rule | null,
): Checked<{ name: string; value?: Value; timestamp?: number }> {
  const given = rule?.valueType === 'BOOLEAN' && text !== 'true' ? 'false' : text
  const value = checkedText(given, rule)
  if ('fault' in value) return value
  return {
    ok: {
      name,
      ...(value.ok === undefined ? {} : { value: value.ok }),
      ...(time === '' ? {} : { timestamp: Date.parse(time) / 1000 }),
    },
  }
}

/** The reader's zone at a time, as `Europe/Berlin, UTC+02:00`. */
function zoneText(time: Date): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  const name = new Intl.DateTimeFormat('en', { timeZoneName: 'longOffset' })
    .formatToParts(time)
    .find(({ type }) => type === 'timeZoneName')
  return `${timeZone}, ${name?.value.replace('GMT', 'UTC') ?? 'UTC'}`
}
