import { readdirSync, readFileSync } from 'node:fs'
import { type OperationDefinitionNode, parse } from 'graphql'
import { expect, expectTypeOf, test } from 'vitest'
import type {
  InsertManyDocument,
  InsertManyMutationVariables,
  LiveSetDocument,
  SeriesBucketsDocument,
  SeriesColumnsDocument,
  SeriesColumnsQueryVariables,
  TypedDocumentString,
} from '../../../src/client/generated/graphql.ts'

type ResultOf<D> = D extends TypedDocumentString<infer Result, infer _> ? Result : never
type Present<T> = NonNullable<T>
type Columns = Present<ResultOf<typeof SeriesColumnsDocument>['series']>
type Buckets = Present<ResultOf<typeof SeriesBucketsDocument>['series']>
type Insert = Extract<InsertManyMutationVariables['inserts'], readonly unknown[]>[number]

const folder = new URL('../../../schema/operations/', import.meta.url)
const operations = readdirSync(folder).map((file) => ({
  file,
  text: readFileSync(new URL(file, folder), 'utf8'),
}))

/** The compiler checks them: `npm run check:types`. */
test('results are typed: a Timestamp is a number, a Value what can be stored, an enum its names', () => {
  expectTypeOf<Columns['timestamps']>().toEqualTypeOf<number[]>()
  expectTypeOf<Columns['column']>().toEqualTypeOf<(number | null)[]>()
  expectTypeOf<Buckets['type']>().toEqualTypeOf<'SERIES' | 'HISTOGRAM' | 'COUNT' | 'GAUGE' | 'SET'>()
  expectTypeOf<Buckets['buckets'][number]['p95']>().toEqualTypeOf<number | null>()
  expectTypeOf<Buckets['buckets'][number]['value']>().toEqualTypeOf<string | number | boolean | null>()
  expectTypeOf<ResultOf<typeof LiveSetDocument>['series']['kind']>().toEqualTypeOf<'SNAPSHOT' | 'DELTA'>()
  expectTypeOf<ResultOf<typeof InsertManyDocument>['insertMany']>().toEqualTypeOf<{
    inserted: number
    expired: number
    duplicate: boolean
  } | null>()
})

test('variables are typed: a point in time may be written as a text, and what has a default may be left out', () => {
  expectTypeOf<SeriesColumnsQueryVariables['start']>().toEqualTypeOf<number | string>()
  expectTypeOf<SeriesColumnsQueryVariables['fill']>().toEqualTypeOf<
    'NULL' | 'ZERO' | 'PREVIOUS' | 'LINEAR' | undefined
  >()
  expectTypeOf<{ name: string; start: string; stat: 'MEAN' }>().toExtend<SeriesColumnsQueryVariables>()
  expectTypeOf<{ name: string; start: string; stat: 'AVERAGE' }>().not.toExtend<SeriesColumnsQueryVariables>()
  expectTypeOf<{ name: string; value: boolean }>().toExtend<Insert>()
  expectTypeOf<{ name: string; value: Date }>().not.toExtend<Insert>()
})

test.each(operations)(
  '$file holds one operation, named as the file is, and says what it is for',
  ({ file, text }) => {
    const [operation, ...others] = parse(text).definitions as OperationDefinitionNode[]
    const inKebabCase = operation?.name?.value.replaceAll(/\B[A-Z]/g, '-$&').toLowerCase()
    expect(others).toEqual([])
    expect(`${inKebabCase}.graphql`).toBe(file)
    expect(text).toMatch(/^# \S.*\.\n\w/)
  },
)
