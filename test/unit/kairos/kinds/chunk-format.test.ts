import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kinds } from '../../../../src/kairos/kinds/index.ts'

const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '\\', '\\\\x', ':', '5:3', '\n'))

describe.each(['series', 'histogram', 'set', 'gauge'] as const)('a chunk of %s', (type) => {
  const { encode, chunk, decode, data } = kinds[type]

  test('gives each bucket its own values back, whatever they are', () => {
    const buckets = fc.dictionary(
      fc.integer({ min: 0, max: 59 }).map(String),
      fc.array(value, { minLength: 1 }),
    )
    fc.assert(
      fc.property(buckets, (values) => {
        const entries = Object.entries(values).flatMap(([slot, each]) =>
          chunk.enter(Number(slot), encode(each)),
        )
        const textsOf = chunk.split(chunk.form === 'positions' ? positionsOf(entries) : entries, 0)
        for (let slot = 0; slot < 60; slot += 1) {
          const own = values[slot]
          const cell = decode(textsOf(slot) ?? [], String)
          if (own) expect(data(cell as never)).toEqual(data(decode(encode(own), String) as never))
          else expect(cell).toBeNull()
        }
      }),
    )
  })
})

/** What the script makes of slots and texts. */
function positionsOf(entries: readonly string[]): string[] {
  const texts: string[] = []
  for (let i = 0; i + 1 < entries.length; i += 2) texts[Number(entries[i])] = entries[i + 1] ?? ''
  return Array.from(texts, (text) => text ?? '')
}
