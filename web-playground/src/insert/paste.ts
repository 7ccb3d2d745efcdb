import type { InsertInput } from 'kairos/client/documents'
import { jsonPieces } from './json-pieces.ts'
import { type Batch, Batches } from './requests.ts'
import { type Row, rowsOf, type Separator } from './rows.ts'
import type { RuleOf } from './rules.ts'
import { type Checked, checkedJson, checkedText, checkedTime, nameFault } from './values.ts'

/** What a pasted text says. */
export interface Paste {
  /** how it was read, for people */
  readonly format: string
  readonly inserts: readonly InsertInput[]
  /** the same, as they are sent */
  readonly batches: readonly Batch[]
  /** of each insert */
  readonly lines: readonly number[]
  readonly names: ReadonlySet<string>
  /** Unix seconds of the first and the last that have a time; null where none has */
  readonly span: { readonly from: number; readonly to: number } | null
  /** the first hundred, in order */
  readonly faults: readonly LineFault[]
  readonly faultCount: number
}

/** Why something cannot be inserted. `line` from 1. */
export interface LineFault {
  readonly line: number
  readonly message: string
}

const MOST_FAULTS = 100

/** Reads a pasted text at once. */
export function readPaste(text: string, ruleOf: RuleOf): Paste {
  const reading = pasteReading(text, ruleOf)
  for (;;) {
    const { done, value } = reading.next()
    if (done) return value
  }
}

/**
 * Reads a pasted text, and pauses after each record: JSON, an array or values one after the other; or lines of name, value and
 * time, separated by tabs, commas or spaces, the columns in another order under a header.
 */
export function* pasteReading(pasted: string, ruleOf: RuleOf): Generator<void, Paste> {
  const text = pasted.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n')
  const inserts: InsertInput[] = []
  const batches = new Batches()
  const lines: number[] = []
  const names = new Set<string>()
  const faults: LineFault[] = []
  let faultCount = 0
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const { format, records } = recordsOf(text)
  for (const { line, read } of records) {
    const checked = read(ruleOf)
    if ('fault' in checked) {
      faultCount += 1
      if (faults.length < MOST_FAULTS) faults.push({ line, message: checked.fault })
    } else {
      const { name, timestamp } = checked.ok
      inserts.push(checked.ok)
      batches.add(checked.ok)
      lines.push(line)
      names.add(name)
      if (typeof timestamp === 'number') [from, to] = [Math.min(from, timestamp), Math.max(to, timestamp)]
    }
    yield
  }
  const span = from <= to ? { from, to } : null
  return { format, inserts, batches: batches.all, lines, names, span, faults, faultCount }
}

interface TextRecord {
  readonly line: number
  read(ruleOf: RuleOf): Checked<InsertInput>
}

function recordsOf(text: string): { readonly format: string; readonly records: Iterable<TextRecord> } {
  if (/^\s*[[{]/.test(text)) return { format: 'JSON', records: jsonRecords(text) }
  const separator = separatorOf(text)
  return { format: FORMATS[separator], records: separatedRecords(text, separator) }
}

const FORMATS: Readonly<Record<Separator, string>> = {
  '\t': 'separated by tabs',
  ',': 'CSV',
  ' ': 'separated by spaces',
}

/** What the first row has between its fields. */
function separatorOf(text: string): Separator {
  const [, first = ''] = /^(?:\s*#[^\n]*\n|\s*\n)*([^\n]*)/.exec(text) ?? []
  const outsideQuotes = first.replaceAll(/"[^"]*(?:"|$)/g, '')
  if (outsideQuotes.includes('\t')) return '\t'
  return outsideQuotes.includes(',') ? ',' : ' '
}

const COLUMNS: Readonly<Record<string, 'name' | 'value' | 'timestamp'>> = {
  name: 'name',
  value: 'value',
  timestamp: 'timestamp',
  time: 'timestamp',
}

function* separatedRecords(text: string, separator: Separator): Generator<TextRecord> {
  let columns: readonly string[] = ['name', 'value', 'timestamp']
  let isFirst = true
  for (const row of rowsOf(text, separator)) {
    const header = isFirst ? headerOf(row) : null
    isFirst = false
    if (header && 'fault' in header) yield { line: row.line, read: () => header }
    if (header && 'ok' in header) columns = header.ok
    if (!header) yield { line: row.line, read: (ruleOf) => insertOf(row, columns, ruleOf) }
  }
}

/** The columns that a first row names; null where it is a row like others. */
function headerOf({ fields }: Row): Checked<readonly string[]> | null {
  const given = fields.map((field) => field.trim().toLowerCase())
  if (!given.includes('name') || !given.some((each) => each !== 'name' && Object.hasOwn(COLUMNS, each)))
    return null
  const unknown = given.find((each) => !Object.hasOwn(COLUMNS, each))
  if (unknown !== undefined)
    return { fault: `there is no column ${JSON.stringify(unknown)}: name, value and timestamp are known` }
  const columns = given.map((each) => COLUMNS[each] ?? '')
  if (new Set(columns).size < columns.length) return { fault: 'a column is there twice' }
  return { ok: columns }
}

function insertOf({ fields, fault }: Row, columns: readonly string[], ruleOf: RuleOf): Checked<InsertInput> {
  if (fault !== undefined) return { fault }
  if (fields.length > columns.length) {
    const known = columns.map((column) => (column === 'timestamp' ? 'time' : column)).join(', ')
    return {
      fault: `${fields.length} fields, where there are at most ${columns.length}: ${known}. Put quotes around text.`,
    }
  }
  const field = (column: string) => fields[columns.indexOf(column)] ?? ''
  return checkedInsert(field('name'), ruleOf, (rule) => checkedText(field('value'), rule), field('timestamp'))
}

function* jsonRecords(text: string): Generator<TextRecord> {
  for (const piece of jsonPieces(text))
    yield { line: piece.line, read: (ruleOf) => insertOfJson(piece.text, ruleOf) }
}

function insertOfJson(text: string, ruleOf: RuleOf): Checked<InsertInput> {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    return { fault: 'this is no JSON, or it is cut off' }
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return { fault: 'this is no object with name, value and timestamp' }
  const { name, value, timestamp, ...others } = given as { [key: string]: unknown }
  const [other] = Object.keys(others)
  if (other !== undefined)
    return { fault: `there is no field ${JSON.stringify(other)}: name, value and timestamp are known` }
  if (typeof name !== 'string') return { fault: 'a name is missing' }
  const time = timestamp ?? ''
  if (typeof time !== 'string' && typeof time !== 'number')
    return { fault: 'a timestamp is a number of seconds, or a text as "2026-02-28T12:00:00Z"' }
  return checkedInsert(name, ruleOf, (rule) => checkedJson(value, rule), time)
}

function checkedInsert(
  name: string,
  ruleOf: RuleOf,
  valueBy: (rule: (ReturnType<RuleOf> & object) | null) => Checked<InsertInput['value']>,
  time: string | number,
): Checked<InsertInput> {
  const wrongName = nameFault(name)
  if (wrongName) return { fault: wrongName }
  const rule = ruleOf(name)
  if (rule === undefined) return { fault: `no definition matches the name ${JSON.stringify(name)}` }
  const value = valueBy(rule)
  if ('fault' in value) return value
  const timestamp = time === '' ? undefined : checkedTime(time)
  if (timestamp && 'fault' in timestamp) return timestamp
  return {
    ok: {
      name,
      ...(value.ok === undefined ? {} : { value: value.ok }),
      ...(timestamp ? { timestamp: timestamp.ok } : {}),
    },
  }
}
