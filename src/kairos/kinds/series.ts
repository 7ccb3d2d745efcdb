import { pairs } from './chunk-format.ts'
import type { Kind } from './kind.ts'

/** A list: every value, in order of arrival. */
export const series: Kind<'series'> = {
  type: 'series',
  writeCommand: 'RPUSH',
  readCommand: 'LRANGE',
  encode: (values) => values.map(String),
  decode: (texts, read) => (texts.length === 0 ? null : texts.map((text) => read(text))),
  texts: (cell) => cell,
  chunk: pairs,
  single: false,
  size: (cell) => cell.length,
  fold: (cells) => cells.flat(),
  data: (cell) => [...(cell ?? [])],
  *samples(cell) {
    for (const value of cell) yield [value, 1]
  },
}
