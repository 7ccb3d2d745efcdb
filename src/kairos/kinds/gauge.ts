import { positions } from './chunk-format.ts'
import type { Kind } from './kind.ts'

/** A string: the last value written. */
export const gauge: Kind<'gauge'> = {
  type: 'gauge',
  writeCommand: 'SET',
  readCommand: 'GET',
  encode: (values) => values.slice(-1).map(String),
  decode: ([text], read) => (text === undefined ? null : [read(text)]),
  texts: (cell) => cell.slice(-1),
  chunk: positions,
  single: true,
  size: (cell) => cell.length,
  fold: (cells) => cells.flat(),
  data: (cell) => cell?.at(-1) ?? null,
  *samples(cell) {
    for (const value of cell) yield [value, 1]
  },
}
