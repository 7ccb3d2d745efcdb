import { type DocumentNode, type GraphQLSchema, Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql'

const known = new WeakMap<DocumentNode, ReadonlySet<string>>()

/**
 * The variables of a document on which it depends what is made of an update: all but those that say nothing but after which
 * update a subscription begins. Looked up once for each document.
 */
export function shapingVariables(document: DocumentNode, schema: GraphQLSchema): ReadonlySet<string> {
  const before = known.get(document)
  if (before) return before
  const names = new Set<string>()
  const types = new TypeInfo(schema)
  const root = schema.getSubscriptionType()
  visit(
    document,
    visitWithTypeInfo(types, {
      VariableDefinition: () => false,
      Argument: ({ name, value }) =>
        name.value === 'after' && value.kind === Kind.VARIABLE && types.getParentType() === root
          ? false
          : undefined,
      Variable: ({ name }) => {
        names.add(name.value)
      },
    }),
  )
  known.set(document, names)
  return names
}
