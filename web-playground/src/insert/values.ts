import type { Value } from 'kairos/client'
import type { Rule } from './rules.ts'

/** What can be sent, or why it cannot. */
export type Checked<T> = { readonly ok: T } | { readonly fault: string }

/** A value for a series, from a text. `undefined` is a count's own default, 1. */
export function checkedText(text: string, rule: Rule | null): Checked<Value | undefined> {
  const trimmed = text.trim()
  if (!rule) return { ok: guessed(text) }
  if (rule.type === 'COUNT' && trimmed === '') return { ok: undefined }
  switch (rule.valueType) {
    case 'STRING':
      return text === '' ? { fault: 'a value is missing' } : { ok: text }
    case 'BOOLEAN':
      return checkedFlag(trimmed)
    default:
      return checkedNumber(trimmed, rule)
  }
}

/** A value for a series, as JSON has it, where a text is no number. */
export function checkedJson(value: unknown, rule: Rule | null): Checked<Value | undefined> {
  if (value === undefined || value === null)
    return !rule || rule.type === 'COUNT' ? { ok: undefined } : { fault: 'a value is missing' }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    return { fault: 'a value is a text, a number, true or false' }
  if (typeof value === 'number' && !Number.isFinite(value)) return { fault: 'a number must be finite' }
  if (!rule) return { ok: value }
  const expected = { STRING: 'string', BOOLEAN: 'boolean', INTEGER: 'number', FLOAT: 'number' }[
    rule.valueType
  ]
  if (typeof value !== expected)
    return { fault: `${rule.name} takes ${TAKES[rule.valueType]}, not ${JSON.stringify(value)}` }
  return typeof value === 'number' ? checkedSize(value, rule) : { ok: value }
}

const TAKES: Readonly<Record<Rule['valueType'], string>> = {
  STRING: 'a text',
  INTEGER: 'a whole number within ±(2^53−1)',
  FLOAT: 'a finite number',
  BOOLEAN: 'true or false',
}

function checkedNumber(text: string, rule: Rule): Checked<number> {
  if (text === '') return { fault: 'a value is missing' }
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return checkedSize(Number(text), rule)
  if (/^[+-]?\d+,\d+$/.test(text)) return { fault: `decimals come after a point: ${text.replace(',', '.')}` }
  return { fault: `${shown(text)} is not ${TAKES[rule.valueType]}` }
}

function checkedSize(value: number, { valueType }: Rule): Checked<number> {
  const fits = valueType === 'INTEGER' ? Number.isSafeInteger(value) : Number.isFinite(value)
  return fits ? { ok: value } : { fault: `${value} is not ${TAKES[valueType]}` }
}

function checkedFlag(text: string): Checked<boolean> {
  if (/^(true|false)$/i.test(text)) return { ok: text.toLowerCase() === 'true' }
  return { fault: text === '' ? 'a value is missing' : `${shown(text)} is not true or false` }
}

/** Where the rule is not known the server says what it takes. */
function guessed(text: string): Value | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  if (/^(true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === 'true'
  const number = Number(trimmed)
  return Number.isFinite(number) ? number : text
}

const LONGEST_NAME = 512

/** Why a text cannot be the name of a series; null where it can. */
export function nameFault(name: string): string | null {
  if (name === '') return 'a name is missing'
  if (name.length > LONGEST_NAME) return `a name has at most ${LONGEST_NAME} characters`
  if (name.includes(':')) return `a name must not contain ":": ${shown(name)}`
  if (/[\p{Cc}\p{Cs}]/u.test(name))
    return `a name must not contain tabs or other control characters: ${shown(name)}`
  return null
}

/** Beyond it a number of seconds is taken for milliseconds. */
const LATEST = 1e11

/** Unix seconds, from a number of them or an ISO 8601 time with a zone. */
export function checkedTime(given: string | number): Checked<number> {
  const text = String(given).trim()
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    const seconds = Number(text)
    if (Math.abs(seconds) <= LATEST) return { ok: seconds }
    return { fault: `${shown(text)} looks like milliseconds: a time is in seconds` }
  }
  const [, date, time, zone] =
    /^([+-]?\d{4,6}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?) ?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i.exec(
      text,
    ) ?? []
  if (date === undefined)
    return { fault: `${shown(text)} is no time: write seconds, or 2026-02-28T12:00:00Z` }
  if (time === undefined || zone === undefined)
    return { fault: `${shown(text)} needs a zone, as 2026-02-28T12:00:00Z or 2026-02-28T13:00:00+01:00` }
  const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')
  const seconds = Date.parse(`${date}T${time.replace(',', '.')}${offset.toUpperCase()}`) / 1000
  return Number.isNaN(seconds) || !isDay(date)
    ? { fault: `there is no such time as ${shown(text)}` }
    : { ok: seconds }
}

/** Of 30 February `Date` makes 2 March. */
function isDay(date: string): boolean {
  return new Date(date).getUTCDate() === Number(date.slice(-2))
}

/** A text in a sentence: short, and with nothing in it that cannot be seen. */
function shown(text: string): string {
  const quoted = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
  return quoted.replaceAll(
    /\p{Cc}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
