import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'

/** What a field that reads buckets asks for. */
export interface Asked {
  /** how many values of each bucket, at least 1 */
  readonly ofBucket: number
  /** how many of each stored value, where buckets are asked to list them */
  readonly ofValue: number
}

/** The part of GraphQL's resolve info that is looked at; graphql-jit gives it, too. */
export interface Asking {
  readonly fieldNodes: readonly FieldNode[]
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
}

/** Numbers of a bucket in a grid: as many as it has bins, at most. */
const BINS = { chosen: 40, given: 200 }

const LISTS = new Set(['values', 'entries', 'members'])

/**
 * What is asked of each bucket of a Series, which lies at `path` beneath the field: the fields beneath `buckets`, and each
 * `column`, `timestamps` and `grid`. Whatever `@skip` and `@include` say, it counts.
 */
export function askedOfSeries(asking: Asking, path: readonly string[] = []): Asked {
  return known(asking, (node) => {
    const series = path.reduce<readonly FieldNode[]>(
      (nodes, name) => named(fieldsOf(asking, nodes), name),
      [node],
    )
    const fields = fieldsOf(asking, series)
    const buckets = fieldsOf(asking, named(fields, 'buckets'))
    const columns = [...named(fields, 'column'), ...named(fields, 'timestamps')].length
    const bins = named(fields, 'grid').reduce((sum, grid) => sum + binsOf(grid), 0)
    return { ofBucket: buckets.length + columns + bins, ofValue: listed(asking, buckets) }
  })
}

/** What is asked of a Bucket, which is the field's own type. */
export function askedOfBucket(asking: Asking): Asked {
  return known(asking, (node) => {
    const fields = fieldsOf(asking, [node])
    return { ofBucket: fields.length, ofValue: listed(asking, fields) }
  })
}

/** What is asked of each edge of a connection, which is the field's own type: fields at any depth. */
export function askedOfEdge(asking: Asking): Asked {
  const count = (nodes: readonly FieldNode[]): number =>
    fieldsOf(asking, nodes).reduce((sum, field) => sum + 1 + count([field]), 0)
  return known(asking, (node) => ({
    ofBucket: count(named(fieldsOf(asking, [node]), 'edges')),
    ofValue: 0,
  }))
}

/** By the node of a document, since documents are kept and asked again. */
const askedBy = new WeakMap<FieldNode, Asked>()

function known({ fieldNodes }: Asking, count: (node: FieldNode) => Asked): Asked {
  const each = fieldNodes.map((node) => {
    const asked = askedBy.get(node) ?? count(node)
    askedBy.set(node, asked)
    return asked
  })
  const sum = (numberOf: (asked: Asked) => number) =>
    each.reduce((total, asked) => total + numberOf(asked), 0)
  return {
    ofBucket: Math.max(
      1,
      sum(({ ofBucket }) => ofBucket),
    ),
    ofValue: sum(({ ofValue }) => ofValue),
  }
}

function listed(asking: Asking, buckets: readonly FieldNode[]): number {
  return buckets
    .filter(({ name }) => LISTS.has(name.value))
    .reduce((sum, list) => sum + Math.max(1, fieldsOf(asking, [list]).length), 0)
}

function binsOf({ arguments: given = [] }: FieldNode): number {
  return given.some(({ name }) => name.value === 'width') ? BINS.given : BINS.chosen
}

function named(fields: readonly FieldNode[], name: string): readonly FieldNode[] {
  return fields.filter((field) => field.name.value === name)
}

/** What a client sees beneath these fields, fragments included: of fields under one alias, the first with what is beneath all of them. */
function fieldsOf({ fragments }: Pick<Asking, 'fragments'>, nodes: readonly FieldNode[]): FieldNode[] {
  const fields = new Map<string, FieldNode>()
  const spread = new Set<string>()
  const collect = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) add(selection)
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet)
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value)
        collect(fragments[selection.name.value]?.selectionSet)
      }
    }
  }
  const add = (field: FieldNode): void => {
    const alias = (field.alias ?? field.name).value
    const first = fields.get(alias)
    fields.set(alias, first ? merged(first, field) : field)
  }
  for (const { selectionSet } of nodes) collect(selectionSet)
  return [...fields.values()]
}

function merged(one: FieldNode, other: FieldNode): FieldNode {
  const selections = [...(one.selectionSet?.selections ?? []), ...(other.selectionSet?.selections ?? [])]
  return selections.length === 0 ? one : { ...one, selectionSet: { kind: Kind.SELECTION_SET, selections } }
}
