import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  type OperationTypeNode,
} from 'graphql'

/** An argument of a root field, or of a field beneath it. */
export interface Place {
  /** names the variable that stands there */
  readonly variable: string
  readonly name: string
  readonly type: string
}

/** A root field with everything beneath it, and every place where a client may put something. */
export interface RootField {
  readonly operation: `${OperationTypeNode}`
  readonly name: string
  readonly places: readonly Place[]
  /** The document with a text in each place; undefined leaves the argument out. */
  document(textAt: (place: Place) => string | undefined): string
}

/** Every root field of the schema that takes an argument. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  return (['query', 'mutation', 'subscription'] as const).flatMap((operation) => {
    const root = {
      query: schema.getQueryType(),
      mutation: schema.getMutationType(),
      subscription: schema.getSubscriptionType(),
    }
    return Object.values(root[operation]?.getFields() ?? {})
      .filter(({ args }) => args.length > 0)
      .map((field) => rootField(operation, field))
  })
}

function rootField(operation: RootField['operation'], field: GraphQLField<unknown, unknown>): RootField {
  const places: Place[] = []
  collect(field, places)
  return {
    operation,
    name: field.name,
    places,
    document(textAt) {
      const at = [...places]
      const text = fieldText(field, () => {
        const place = at.shift()
        return place && textAt(place)
      })
      const variables = places.filter((place) => textAt(place) === `$${place.variable}`)
      const declared = variables.map(({ variable, type }) => `$${variable}: ${type}`).join(', ')
      return `${operation}${declared && ` (${declared})`} { ${text} }`
    },
  }
}

function collect(field: GraphQLField<unknown, unknown>, places: Place[]): void {
  for (const { name, type } of field.args)
    places.push({ variable: `v${places.length}_${name}`, name, type: String(type) })
  for (const each of fieldsOf(field)) collect(each, places)
}

/** In the order in which `collect` met them. */
function fieldText(field: GraphQLField<unknown, unknown>, next: () => string | undefined): string {
  const given = field.args.flatMap(({ name }: GraphQLArgument) => {
    const text = next()
    return text === undefined ? [] : `${name}: ${text}`
  })
  const fields = fieldsOf(field).map((each) => fieldText(each, next))
  return `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${fields.length > 0 ? ` { ${fields.join(' ')} }` : ''}`
}

function fieldsOf({ type }: GraphQLField<unknown, unknown>): GraphQLField<unknown, unknown>[] {
  const named = getNamedType(type)
  return isObjectType(named) ? Object.values(named.getFields()) : []
}
