/** One value of a text with several, as it stands there. */
export interface JsonPiece {
  /** on which it begins, from 1 */
  readonly line: number
  readonly text: string
}

/**
 * The elements of a JSON array, or values that follow one another (JSON lines), whatever they are. What cannot be taken
 * apart comes as one piece up to its end, which is no JSON.
 */
export function* jsonPieces(text: string): Generator<JsonPiece> {
  const lines = text.split('\n')
  if (!text.trimStart().startsWith('[') && isObject(lines.find((line) => line.trim() !== '') ?? '')) {
    for (const [index, line] of lines.entries())
      if (line.trim() !== '') yield { line: index + 1, text: line.trim().replace(/,$/, '') }
    return
  }
  yield* elements(text)
}

function isObject(text: string): boolean {
  try {
    return typeof JSON.parse(text.trim().replace(/,$/, '')) === 'object'
  } catch {
    return false
  }
}

// A quote that is never closed takes all that follows: where it could match less, every quote after it would be tried anew.
const words = /"(?:[^"\\]+|\\.)*(?:"|\\?$)|\n|[[\]{},]|[^"\n[\]{},]+/gsy

function* elements(text: string): Generator<JsonPiece> {
  const isArray = text.trimStart().startsWith('[')
  /** how deep elements lie */
  const level = isArray ? 1 : 0
  let depth = 0
  let line = 1
  let begun: { readonly line: number; readonly at: number } | null = null
  let isOver = false
  for (const { 0: word, index } of text.matchAll(words)) {
    const isOuter = depth === level && !isOver
    if (isArray && isOuter && word === ']') isOver = true
    const ends = word === ',' || (isArray && word === ']')
    if (begun && isOuter && ends) {
      yield { line: begun.line, text: text.slice(begun.at, index).trim() }
      begun = null
    } else if (!begun && (depth >= level || isOver) && word.trim() !== '' && !(isOuter && ends))
      begun = { line, at: index }
    if (word === '[' || word === '{') depth += 1
    if (word === ']' || word === '}') depth -= 1
    if (begun && !isArray && depth === 0 && word === '}') {
      yield { line: begun.line, text: text.slice(begun.at, index + 1).trim() }
      begun = null
    }
    line += word.split('\n').length - 1
  }
  if (isArray && !isOver) yield { line: begun?.line ?? line, text: '' }
  else if (begun) yield { line: begun.line, text: text.slice(begun.at).trim() }
}
