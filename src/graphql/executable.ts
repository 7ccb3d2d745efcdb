import { MapperKind, mapSchema } from '@graphql-tools/utils'
import {
  defaultFieldResolver,
  type FieldNode,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  type GraphQLSchema,
  getArgumentValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { collectSubfields } from 'graphql/execution/collectFields.js'
import type { Context } from './context.ts'
import type { SeriesModel } from './types/series.ts'

/**
 * The schema as it is executed; what is validated against, and is asked about itself, stays `schema`. A list of buckets
 * is completed here at one go, since graphql-js looks at what is selected anew for each field of each of them; and lists of
 * numbers are passed on as they are. What comes of it is the same, but that an error within a bucket is one of the whole list.
 */
export function executable(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, name, type) => {
      if (type === 'Series' && name === 'buckets') return { ...field, type: Complete, resolve: rows }
      return NUMBERS.has(`${type}.${name}`) ? { ...field, type: Complete } : undefined
    },
  })
}

/** Lists of which every element is a finite number, or may be null and is. */
const NUMBERS = new Set(['Series.timestamps', 'Series.column', 'Grid.counts'])

/** To graphql-js a leaf, which it passes on as it is. */
const Complete = new GraphQLNonNull(new GraphQLScalarType({ name: 'Complete' }))

function rows(
  { buckets }: SeriesModel,
  _args: unknown,
  context: Context,
  info: GraphQLResolveInfo,
): unknown[] {
  const type = info.schema.getType('Bucket')
  if (!isObjectType(type)) throw new Error('the schema has buckets')
  return buckets.map(new Completion(context, info).ofObject(type, info.fieldNodes))
}

type Completer = (value: unknown) => unknown

/** Makes functions that complete values, of types whose resolvers are synchronous: each looks once at what is selected. */
class Completion {
  readonly #context: Context
  readonly #info: GraphQLResolveInfo

  constructor(context: Context, info: GraphQLResolveInfo) {
    this.#context = context
    this.#info = info
  }

  ofObject(type: GraphQLObjectType, nodes: readonly FieldNode[]): Completer {
    const { schema, fragments, variableValues } = this.#info
    const fields = collectSubfields(schema, fragments, variableValues, type, nodes)
    const readers = [...fields].map(([key, nodes]) => [key, this.#ofField(type, nodes)] as const)
    // A plain object would take this key for its prototype.
    const empty = fields.has('__proto__') ? () => Object.create(null) : () => ({})
    return (source) => {
      const object: Record<string, unknown> = empty()
      for (const [key, read] of readers) object[key] = read(source)
      return object
    }
  }

  #ofField(type: GraphQLObjectType, nodes: readonly FieldNode[]): Completer {
    const [node] = nodes
    const field = type.getFields()[node?.name.value ?? '']
    if (!node || !field) return () => type.name // `__typename`
    const args = getArgumentValues(field, node, this.#info.variableValues)
    const info = {
      ...this.#info,
      fieldName: field.name,
      fieldNodes: nodes,
      returnType: field.type,
      parentType: type,
    }
    const resolve = field.resolve ?? defaultFieldResolver
    const complete = this.#ofType(field.type, nodes)
    return (source) => complete(resolve(source, args, this.#context, info))
  }

  #ofType(type: GraphQLOutputType, nodes: readonly FieldNode[]): Completer {
    const complete = this.#ofNonNull(isNonNullType(type) ? type.ofType : type, nodes)
    return (value) => {
      if (value !== null && value !== undefined) return complete(value)
      if (isNonNullType(type)) throw new Error(`a ${type} is null`)
      return null
    }
  }

  #ofNonNull(type: GraphQLOutputType, nodes: readonly FieldNode[]): Completer {
    if (isLeafType(type)) return (value) => type.serialize(value)
    if (isObjectType(type)) return this.ofObject(type, nodes)
    if (!isListType(type)) throw new Error(`a ${type} cannot be completed`)
    const complete = this.#ofType(type.ofType, nodes)
    return (list) => {
      if (!Array.isArray(list)) throw new Error(`a ${type} is no list`)
      return list.map(complete)
    }
  }
}
