import type { NamedTransform, SeriesType, Transform, TransformFunction } from '../../../src/kairos/index.ts'
import { About, Refused } from './agrees.ts'
import { about, dataOf, type Parts, type Read } from './data.ts'

type One = NamedTransform | TransformFunction<unknown>
export type AnyTransform = Transform<unknown> | undefined

/** What a bucket's data are made into. */
export type Present = (parts: Parts, seconds: number) => unknown

const NAMED: readonly NamedTransform[] = ['mean', 'count', 'min', 'max', 'sum', 'rate']

/** The named transforms that a type has. */
export function named(type: SeriesType): readonly NamedTransform[] {
  return type === 'gauge' ? [] : type === 'count' ? ['rate'] : NAMED
}

/** Throws where the type lacks a named transform, whatever the data. */
export function presenter(type: SeriesType, read: Read, transform: AnyTransform): Present {
  if (transform === undefined) return (parts) => dataOf(type, parts, read)
  if (typeof transform === 'function') {
    return (parts, seconds) => transform(dataOf(type, parts, read), seconds)
  }
  if (typeof transform === 'string') {
    if (!named(type).includes(transform)) throw new Refused('BAD_USER_INPUT')
    return (parts, seconds) => statistic(type, dataOf(type, parts, read), transform, seconds)
  }
  const each: [string, One][] = Array.isArray(transform)
    ? transform.map((name) => [name, name])
    : Object.entries(transform)
  const presenters = each.map(([key, one]) => [key, presenter(type, read, one)] as const)
  return (parts, seconds) =>
    Object.fromEntries(presenters.map(([key, present]) => [key, present(parts, seconds)]))
}

function statistic(type: SeriesType, data: unknown, name: string, seconds: number): unknown {
  if (type === 'count') return quotient(data as number | About, seconds)
  if (data instanceof Map && name === 'rate') {
    return new Map([...data].map(([value, occurred]) => [value, quotient(occurred, seconds)]))
  }
  const values = valuesOf(data)
  switch (name) {
    case 'count':
      return values.length
    case 'rate':
      return quotient(values.length, seconds)
    case 'min':
      return values.length === 0 ? null : values.reduce((a, b) => (b < a ? b : a))
    case 'max':
      return values.length === 0 ? null : values.reduce((a, b) => (b > a ? b : a))
    case 'sum':
      return about(numbers(values))
    default:
      return values.length === 0 ? null : quotient(about(numbers(values)), values.length)
  }
}

/** Every value, as often as it occurred. */
function valuesOf(data: unknown): readonly (string | number)[] {
  if (data instanceof Map) return [...data].flatMap(([value, occurred]) => Array(occurred).fill(value))
  return [...(data as Iterable<string | number>)]
}

/** There is no sum of texts. */
function numbers(values: readonly (string | number)[]): number[] {
  return values.map((value) => {
    if (typeof value === 'number') return value
    throw new Refused('BAD_USER_INPUT')
  })
}

function quotient(a: number | About, b: number): About {
  const { value, within } = a instanceof About ? a : new About(a, 0)
  return new About(value / b, within / b + Math.abs(value / b) * 1e-12)
}
