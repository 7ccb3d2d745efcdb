import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql'

/**
 * About how much validation has to compare, to find out whether fields of one name fit together: every field beneath another
 * one of the same answer, each with each, and so the fragments that are spread beside each other. That grows
 * with the square of a document, and by the power of fragments within fragments; so the count is given up beyond `most`.
 */
export function comparisons({ definitions }: DocumentNode, most: number): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  let count = 0

  const add = (sets: readonly SelectionSetNode[]): void => {
    const fields = new Map<string, FieldNode[]>()
    const spread = new Set<string>()
    const collect = (set: SelectionSetNode | undefined): void => {
      for (const selection of set?.selections ?? []) {
        if (++count > most) return
        if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet)
        else if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value
          const same = fields.get(key)
          if (same) same.push(selection)
          else fields.set(key, [selection])
        } else if (!spread.has(selection.name.value)) {
          spread.add(selection.name.value)
          collect(fragments.get(selection.name.value)?.selectionSet)
        }
      }
    }
    for (const set of sets) collect(set)
    count += pairs(spread.size)
    for (const same of fields.values()) {
      count += pairs(same.length)
      const beneath = same.flatMap(({ selectionSet }) => selectionSet ?? [])
      if (beneath.length > 0 && count <= most) add(beneath)
    }
  }
  for (const definition of definitions)
    if ('selectionSet' in definition && definition.selectionSet) add([definition.selectionSet])
  return count
}

/** Each of `n` with each other. */
function pairs(n: number): number {
  return (n * (n - 1)) / 2
}
