import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'

/** What a document asks for, with every fragment in the place where it is spread. */
export interface OperationSize {
  /** fields within fields */
  readonly depth: number
  readonly aliases: number
  /** characters */
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
    let [depth, aliases, longestAlias] = [0, 0, 0]
    for (const selection of set?.selections ?? []) {
      const isField = selection.kind === Kind.FIELD
      const alias = isField ? selection.alias?.value : undefined
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? sizeOfFragment(selection.name.value)
          : sizeOf(selection.selectionSet)
      depth = Math.max(depth, inner.depth + (isField ? 1 : 0))
      aliases += inner.aliases + (alias === undefined ? 0 : 1)
      longestAlias = Math.max(longestAlias, inner.longestAlias, alias?.length ?? 0)
    }
    return { depth, aliases, longestAlias }
  }

  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  const all = operations.map(({ selectionSet }) => sizeOf(selectionSet))
  const most = (numberOf: (size: OperationSize) => number) =>
    all.reduce((largest, size) => Math.max(largest, numberOf(size)), 0)
  return {
    depth: most(({ depth }) => depth),
    aliases: most(({ aliases }) => aliases),
    longestAlias: most(({ longestAlias }) => longestAlias),
  }
}

const NOTHING: OperationSize = { depth: 0, aliases: 0, longestAlias: 0 }
