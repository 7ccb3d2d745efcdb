import { positions } from './chunk-format.ts'
import { ForeignData, type Kind } from './kind.ts'

/** A number in a string: one running total. */
export const count: Kind<'count'> = {
  type: 'count',
  writeCommand: 'INCRBY',
  readCommand: 'GET',
  encode: (values) =>
    values.every((value) => Number(value) === 0)
      ? []
      : [String(values.reduce<number>((sum, v) => sum + Number(v), 0))],
  decode([text]) {
    if (text === undefined || text === '-0') return null // as a count of nothing leaves it
    const total = Number(text)
    if (!Number.isFinite(total) || (total === 0 && text.trim() === '')) {
      throw new ForeignData(`a count holds "${text.slice(0, 40)}", which is no number`)
    }
    return total
  },
  texts: (cell) => [String(cell)],
  chunk: positions,
  fold: (cells) => cells.reduce((sum, cell) => sum + cell, 0),
  data: (cell) => cell ?? 0,
  samples: () => [],
}
