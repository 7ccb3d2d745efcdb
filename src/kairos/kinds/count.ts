import { positions } from './chunk-format.ts'
import { ForeignData, type Kind } from './kind.ts'

/** Whole numbers are added exactly, however far a part of the sum leads beyond ±(2^53−1). */
function total(amounts: readonly number[]): string {
  const sum = amounts.reduce((a, b) => a + b, 0)
  const reach = amounts.reduce((a, b) => a + Math.abs(b), 0)
  if (reach <= Number.MAX_SAFE_INTEGER || !amounts.every(Number.isInteger)) return String(sum)
  return String(amounts.reduce((a, b) => a + BigInt(b), 0n))
}

/** A number in a string: one running total. */
export const count: Kind<'count'> = {
  type: 'count',
  writeCommand: 'INCRBY',
  readCommand: 'GET',
  encode: (values) => (values.every((value) => Number(value) === 0) ? [] : [total(values.map(Number))]),
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
  single: true,
  size: () => 1,
  fold: (cells) => cells.reduce((sum, cell) => sum + cell, 0),
  data: (cell) => cell ?? 0,
  samples: () => [],
}
