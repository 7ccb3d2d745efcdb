import type { SeriesType } from '../../../src/kairos/index.ts'
import { About } from './agrees.ts'

/** What was recorded in a bucket: of each name and finest bucket in it the texts in order of arrival; oldest first. */
export type Parts = readonly (readonly string[])[]

export type Read = (text: string) => unknown

/** What a read gives for a bucket, by type. */
export function dataOf(type: SeriesType, parts: Parts, read: Read): unknown {
  const values = parts.flat().map(read)
  switch (type) {
    case 'series':
      return values
    case 'histogram':
      return occurrences(values)
    case 'count':
      return total(parts)
    case 'gauge':
      return values.at(-1) ?? null
    case 'set':
      return new Set(values)
  }
}

function occurrences(values: readonly unknown[]): Map<unknown, number> {
  const counts = new Map<unknown, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

/** The sum of a count's amounts; exact where whole numbers are added up in what JavaScript counts exactly. */
function total(parts: Parts): number | About {
  const amounts = parts.flat().map(Number)
  if (amounts.every(Number.isSafeInteger)) {
    const sums = parts.map((part) => wholeSum(part.map(Number)))
    const sizes = sums.reduce((size, sum) => size + Math.abs(Number(sum)), 0)
    const sum = Number(sums.reduce((a, b) => a + b, 0n))
    return sizes <= Number.MAX_SAFE_INTEGER ? sum : new About(sum, sizes * 1e-12)
  }
  return about(amounts)
}

/** The exact sum of whole numbers. */
export function wholeSum(numbers: readonly number[]): bigint {
  return numbers.reduce((sum, each) => sum + BigInt(each), 0n)
}

/** The sum of any numbers. Redis rounds sums to 17 decimals. */
export function about(numbers: readonly number[]): About {
  const sum = numbers.reduce((a, b) => a + b, 0)
  const size = numbers.reduce((a, b) => a + Math.abs(b), 0)
  return new About(sum, size * 1e-12 + numbers.length * 1e-16)
}
