import type { Kind } from './kind.ts'

/** A number in a string: one running total. */
export const count: Kind<'count'> = {
  type: 'count',
  writeCommand: 'ADD',
  readCommand: 'GET',
  encode: (values) =>
    values.every((value) => Number(value) === 0)
      ? []
      : [values.reduce<number>((sum, v) => sum + Number(v), 0)],
  decode(reply) {
    if (typeof reply !== 'string') return null
    const total = Number(reply)
    if (reply.trim() === '' || !Number.isFinite(total)) {
      throw new RangeError(`a count holds "${reply.slice(0, 40)}", which is no number`)
    }
    return total
  },
  fold: (cells) => cells.reduce((sum, cell) => sum + cell, 0),
  data: (cell) => cell ?? 0,
  samples: () => [],
}
