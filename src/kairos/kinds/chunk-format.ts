import type { ChunkFormat } from './kind.ts'

/**
 * A list of one text for each slot, '' where nothing was written. A text that is '' itself, or begins with a backslash,
 * has a backslash before it.
 */
export const positions: ChunkFormat = {
  form: 'positions',
  enter: (slot, [text = '']) => [String(slot), /^(\\|$)/.test(text) ? `\\${text}` : text],
  split: (entries, from) => (slot) => {
    const text = entries[slot - from]
    if (text === undefined || text === '') return undefined
    return [text.startsWith('\\') ? text.slice(1) : text]
  },
}

/** A hash whose fields are `slot:value`; `width` texts belong to a value, itself included: 1, or 2 with what its field holds. */
export function fieldPerValue(width: 1 | 2): ChunkFormat {
  return {
    form: 'fields',
    enter: (slot, texts) =>
      width === 1
        ? texts.flatMap((text) => [`${slot}:${text}`, ''])
        : texts.map((text, i) => (i % 2 === 0 ? `${slot}:${text}` : text)),
    split(entries) {
      const buckets = new Map<number, string[]>()
      for (let i = 0; i + 1 < entries.length; i += 2) {
        const field = entries[i] ?? ''
        const colon = field.indexOf(':')
        const texts = [field.slice(colon + 1), entries[i + 1] ?? ''].slice(0, width)
        append(buckets, Number(field.slice(0, colon)), texts)
      }
      return (slot) => buckets.get(slot)
    },
  }
}

/** A list of slots, each followed by a value: every bucket's values in order of arrival. */
export const pairs: ChunkFormat = {
  form: 'pairs',
  enter: (slot, texts) => texts.flatMap((text) => [String(slot), text]),
  split(entries) {
    const buckets = new Map<number, string[]>()
    for (let i = 0; i + 1 < entries.length; i += 2)
      append(buckets, Number(entries[i]), [entries[i + 1] ?? ''])
    return (slot) => buckets.get(slot)
  },
}

function append(buckets: Map<number, string[]>, slot: number, texts: readonly string[]): void {
  const known = buckets.get(slot)
  if (known) known.push(...texts)
  else buckets.set(slot, [...texts])
}
