import type { SeriesType, ValueType } from 'kairos/client/documents'

/** One series of the list. */
export interface Row {
  readonly name: string
  readonly type: SeriesType
  readonly valueType: ValueType
  /** seconds since the end of the newest step that holds data, when the server was asked; null where nothing is stored yet */
  readonly age: number | null
}

/** Some stored series, all that there are from the first up to the last of them. */
export interface Stored {
  readonly rows: readonly Row[]
  /** cursor behind which there are more; null where these are all */
  readonly next: string | null
}

/**
 * The rows that are shown: what is stored, and of those whose names are known from the configuration what the text finds
 * and the pages have reached. Ascending by name, each once.
 */
export function rowsOf(stored: Stored, known: readonly Row[], search: string): Row[] {
  const { rows, next } = stored
  const last = rows.at(-1)?.name
  const names = new Set(rows.map(({ name }) => name))
  const reached = (name: string) => next === null || (last !== undefined && byCodePoints(name, last) <= 0)
  const absent = known.filter(({ name }) => !names.has(name) && contains(name, search) && reached(name))
  return absent.length === 0 ? [...rows] : [...rows, ...absent].sort((a, b) => byCodePoints(a.name, b.name))
}

/** As the server searches. */
function contains(name: string, search: string): boolean {
  return name.toLowerCase().includes(search.toLowerCase())
}

/** The order in which the server lists names. UTF-16 has surrogates before the last of what they come after. */
function byCodePoints(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)]
  for (const [at, character] of left.entries()) {
    const order = (character.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1)
    if (order !== 0) return order
  }
  return left.length - right.length
}
