import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'

/** What a document asks for, with every fragment in the place where it is spread. */
export interface OperationSize {
  /** fields within fields */
  readonly depth: number
  readonly aliases: number
  /** UTF-16 code units of the longest alias */
  readonly longestAlias: number
}

/** The size of its largest operation. Fragments that are unknown or spread themselves count nothing: validation finds them. */
export function operationSize({ definitions }: DocumentNode): OperationSize {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const sizes = new Map<string, OperationSize>()

  const sizeOfFragment = (name: string): OperationSize => {
    const known = sizes.get(name)
    if (known) return known
    sizes.set(name, NOTHING)
    const size = sizeOf(fragments.get(name)?.selectionSet)
    sizes.set(name, size)
    return size
  }
  const sizeOf = (set: SelectionSetNode | undefined): OperationSize => {
    let { depth, aliases, longestAlias } = NOTHING
    for (const selection of set?.selections ?? []) {
      const isField = selection.kind === Kind.FIELD
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? sizeOfFragment(selection.name.value)
          : sizeOf(selection.selectionSet)
      depth = Math.max(depth, inner.depth + (isField ? 1 : 0))
      aliases += inner.aliases + (isField && selection.alias ? 1 : 0)
      const alias = isField ? (selection.alias?.value.length ?? 0) : 0
      longestAlias = Math.max(longestAlias, inner.longestAlias, alias)
    }
    return { depth, aliases, longestAlias }
  }

  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  const all = operations.map(({ selectionSet }) => sizeOf(selectionSet))
  return {
    depth: all.reduce((most, { depth }) => Math.max(most, depth), 0),
    aliases: all.reduce((most, { aliases }) => Math.max(most, aliases), 0),
    longestAlias: all.reduce((most, { longestAlias }) => Math.max(most, longestAlias), 0),
  }
}

const NOTHING: OperationSize = { depth: 0, aliases: 0, longestAlias: 0 }
