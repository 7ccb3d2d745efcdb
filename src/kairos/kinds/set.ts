import { fieldPerValue } from './chunk-format.ts'
import type { Kind } from './kind.ts'

/** A set: the distinct values. */
export const set: Kind<'set'> = {
  type: 'set',
  writeCommand: 'SADD',
  readCommand: 'SMEMBERS',
  encode: (values) => [...new Set(values.map(String))],
  decode: (texts, read) => (texts.length === 0 ? null : new Set(texts.map((text) => read(text)))),
  texts: (cell) => [...cell],
  chunk: fieldPerValue(1),
  single: false,
  size: (cell) => cell.size,
  fold: (cells) => new Set(cells.flatMap((cell) => [...cell])),
  data: (cell) => new Set(cell),
  *samples(cell) {
    for (const value of cell) yield [value, 1]
  },
}
