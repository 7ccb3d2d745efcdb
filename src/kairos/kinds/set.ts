import { type Kind, texts } from './kind.ts'

/** A set: the distinct values. */
export const set: Kind<'set'> = {
  type: 'set',
  writeCommand: 'SADD',
  readCommand: 'SMEMBERS',
  encode: (values) => [...new Set(values.map(String))],
  decode(reply, read) {
    const members = texts(reply)
    return members.length === 0 ? null : new Set(members.map(read))
  },
  fold: (cells) => new Set(cells.flatMap((cell) => [...cell])),
  data: (cell) => new Set(cell),
  *samples(cell) {
    for (const value of cell) yield [value, 1]
  },
}
