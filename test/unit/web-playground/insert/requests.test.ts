import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InsertInput } from '../../../../src/client/documents.ts'
import { Batches, RequestIds } from '../../../../web-playground/src/insert/requests.ts'

const batchesOf = (inserts: readonly InsertInput[]) => {
  const batches = new Batches()
  for (const insert of inserts) batches.add(insert)
  return batches.all
}

test('batches hold every value once, in order, and none is more than a server takes', () => {
  const value = fc.oneof(
    fc.integer(),
    fc.integer({ min: 0, max: 1_000_000 }).map((length) => 'é'.repeat(length)),
  )
  fc.assert(
    fc.property(
      fc.array(
        value.map((value) => ({ name: 'a', value })),
        { maxLength: 30 },
      ),
      (inserts) => {
        const batches = batchesOf(inserts)
        expect(batches.flatMap(({ inserts }) => inserts)).toEqual(inserts)
        for (const { inserts: batch } of batches)
          expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(4 * 1024 * 1024)
      },
    ),
    { numRuns: 20 },
  )
  const many = Array.from({ length: 25_000 }, (_, value) => ({ name: 'a', value }))
  expect(batchesOf(many).map(({ inserts, first }) => [first, inserts.length])).toEqual([
    [0, 10_000],
    [10_000, 10_000],
    [20_000, 5_000],
  ])
})

test('batches of the same values are told apart', () => {
  const contents = batchesOf(Array.from({ length: 20_000 }, () => ({ name: 'a' }))).map(
    ({ content }) => content,
  )
  expect(new Set(contents).size).toBe(2)
})

test('an id stays with what was sent until there is an answer, and goes with nothing else', () => {
  const ids = new RequestIds()
  const [first] = ids.of(['a'])
  expect(ids.of(['a'])).toEqual([first])
  ids.sent('a')
  const [other] = ids.of(['b'])
  expect(other).not.toBe(first)
  expect(ids.of(['a'])).toEqual([first])
  ids.answered('a')
  expect(ids.of(['a'])).not.toEqual([first])
})

test('ids are many and all different', () => {
  const ids = new RequestIds().of(Array.from({ length: 1_000 }, (_, i) => String(i)))
  expect(new Set(ids).size).toBe(1_000)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/)
})
