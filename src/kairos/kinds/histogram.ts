import { fieldPerValue } from './chunk-format.ts'
import { ForeignData, type Kind } from './kind.ts'

function tally<K>(pairs: Iterable<readonly [K, number]>): Map<K, number> {
  const counts = new Map<K, number>()
  for (const [value, count] of pairs) counts.set(value, (counts.get(value) ?? 0) + count)
  return counts
}

function* pairs<V>(texts: readonly string[], read: (text: string) => V): Iterable<[V, number]> {
  for (let i = 0; i + 1 < texts.length; i += 2) {
    const count = Number(texts[i + 1])
    if (!Number.isFinite(count))
      throw new ForeignData(`a histogram holds "${texts[i + 1]}" where a count belongs`)
    yield [read(texts[i] ?? ''), count]
  }
}

function flat(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].flatMap(([value, count]) => [value, String(count)])
}

/** A hash: each distinct value with how often it occurred. */
export const histogram: Kind<'histogram'> = {
  type: 'histogram',
  writeCommand: 'HINCRBY',
  readCommand: 'HGETALL',
  encode: (values) => flat(tally(values.map((value) => [String(value), 1] as const))),
  decode: (texts, read) => (texts.length === 0 ? null : tally(pairs(texts, read))),
  texts: (cell) => flat(cell),
  chunk: fieldPerValue(2),
  single: false,
  size: (cell) => cell.size,
  fold: (cells) => tally(cells.flatMap((cell) => [...cell])),
  data: (cell) => new Map(cell),
  samples: (cell) => cell,
}
