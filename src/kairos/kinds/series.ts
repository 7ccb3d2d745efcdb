import { type Kind, texts } from './kind.ts'

/** A list: every value, in order of arrival. */
export const series: Kind<'series'> = {
  type: 'series',
  writeCommand: 'RPUSH',
  readCommand: 'LRANGE',
  encode: (values) => values,
  decode(reply, read) {
    const values = texts(reply)
    return values.length === 0 ? null : values.map(read)
  },
  fold: (cells) => cells.flat(),
  data: (cell) => [...(cell ?? [])],
  *samples(cell) {
    for (const value of cell) yield [value, 1]
  },
}
