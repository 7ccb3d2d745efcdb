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

const words = /"(?:[^"\\]|\\.)*"|\n|[[\]{}]|,|[^"\n[\]{},]+|"/gsy

function* elements(text: string): Generator<JsonPiece> {
  const isArray = text.trimStart().startsWith('[')
  const inside = isArray ? 1 : 0
  let [line, depth, from, begun] = [1, 0, -1, 1]
  let closed = false
  const piece = (to: number): JsonPiece => ({ line: begun, text: text.slice(from, to).trim() })
  for (const { 0: word, index } of text.matchAll(words)) {
    const isBlank = word.trim() === ''
    const opensArray = isArray && depth === 0 && word === '[' && !closed
    const closesArray = isArray && depth === 1 && word === ']'
    const separates = depth === inside && word === ','
    if (from === -1 && !isBlank && !separates && !opensArray && !closesArray) [from, begun] = [index, line]
    if (word === '[' || word === '{') depth += 1
    if (from !== -1 && (separates || closesArray)) {
      yield piece(index)
      from = -1
    }
    if (word === ']' || word === '}') depth -= 1
    if (closesArray) closed = true
    if (!isArray && depth === 0 && word === '}' && from !== -1) {
      yield piece(index + 1)
      from = -1
    }
    if (word.startsWith('"')) line += word.split('\n').length - 1
    else if (word === '\n') line += 1
  }
  if (isArray && !closed) yield { line: from === -1 ? line : begun, text: '' }
  else if (from !== -1) yield piece(text.length)
}
