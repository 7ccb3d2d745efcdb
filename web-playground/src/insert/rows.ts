/** One record of a text, as it stands there. */
export interface Row {
  /** on which it begins, from 1 */
  readonly line: number
  readonly fields: readonly string[]
  /** why it cannot be read */
  readonly fault?: string
}

/** Between fields; a space is as good as many. */
export type Separator = '\t' | ',' | ' '

/**
 * The rows of a text whose lines end with `\n`. A field in quotes may hold the separator, ends of lines, and quotes twice
 * (RFC 4180); around others, spaces are nothing. Empty lines, and those that begin with `#`, are no rows.
 */
export function* rowsOf(text: string, separator: Separator): Generator<Row> {
  let line = 1
  for (let at = 0; at < text.length; ) {
    const plain = text.slice(at, endOfLine(text, at))
    const content = plain.trim()
    const isRow = content !== '' && !content.startsWith('#')
    if (isRow && plain.includes('"')) {
      const { next, ...row } = quotedRow(text, at, separator)
      yield { line, ...row }
      line += linesIn(text, at, next)
      at = next
    } else {
      if (isRow)
        yield {
          line,
          fields: separator === ' ' ? trimmed(plain).split(/ +/) : plain.split(separator).map(trimmed),
        }
      at += plain.length + 1
      line += 1
    }
  }
}

/** A row of which some field may be in quotes, and where the next one begins. */
function quotedRow(text: string, from: number, separator: Separator): Omit<Row, 'line'> & { next: number } {
  const fields: string[] = []
  for (let at = afterSpaces(text, from); ; ) {
    const closing = text[at] === '"' ? closingQuote(text, at) : undefined
    if (closing === -1)
      return { fields, fault: 'a quote is opened and not closed', next: endOfLine(text, at) + 1 }
    const end = closing === undefined ? endOfField(text, at, separator) : closing + 1
    const field = text.slice(at, end)
    fields.push(closing === undefined ? trimmed(field) : field.slice(1, -1).replaceAll('""', '"'))
    at = afterSpaces(text, end)
    if (at >= text.length || text[at] === '\n') return { fields, next: at + 1 }
    if (separator === ' ' ? at === end : text[at] !== separator)
      return { fields, fault: 'something follows a closed quote', next: endOfLine(text, at) + 1 }
    if (separator !== ' ') at = afterSpaces(text, at + 1)
  }
}

function afterSpaces(text: string, from: number): number {
  let at = from
  while (text[at] === ' ') at += 1
  return at
}

function trimmed(text: string): string {
  let end = text.length
  while (text[end - 1] === ' ') end -= 1
  return text.slice(Math.min(afterSpaces(text, 0), end), end)
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

function endOfField(text: string, from: number, separator: Separator): number {
  let at = from
  while (at < text.length && text[at] !== separator && text[at] !== '\n') at += 1
  return at
}

/** Where the quote that is opened at `from` is closed; -1 where it is not. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at
  return -1
}

function linesIn(text: string, from: number, to: number): number {
  let lines = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}
