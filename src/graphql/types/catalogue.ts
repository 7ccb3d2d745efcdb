import { builder } from '../builder.ts'
import { askedOfEdge } from '../cost.ts'
import { badInput } from '../errors.ts'
import { OperationReader } from '../operation-reader.ts'
import { SeriesInfo, SeriesInfoModel } from './info.ts'

interface Edge {
  readonly cursor: string
  readonly node: SeriesInfoModel
}

interface Page {
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly startCursor: string | null
  readonly endCursor: string | null
}

const PageInfo = builder.objectRef<Page>('PageInfo').implement({
  description: 'Where a page of a connection lies among the others.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { description: 'true where there is more after it' }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description: 'true where it was asked for with `after`',
    }),
    startCursor: t.exposeString('startCursor', {
      nullable: true,
      description: 'of its first edge; null where it has none',
    }),
    endCursor: t.exposeString('endCursor', {
      nullable: true,
      description: 'of its last edge: the `after` of the next page; null where it has none',
    }),
  }),
})

const SeriesInfoEdge = builder.objectRef<Edge>('SeriesInfoEdge').implement({
  description: 'One series of a page.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', { description: 'the `after` of what comes next' }),
    node: t.expose('node', { type: SeriesInfo, description: 'the series itself' }),
  }),
})

const SeriesInfoConnection = builder
  .objectRef<{ readonly edges: readonly Edge[]; readonly pageInfo: Page }>('SeriesInfoConnection')
  .implement({
    description: 'A page of the catalogue (Relay connection).',
    fields: (t) => ({
      edges: t.field({
        type: [SeriesInfoEdge],
        description: 'the series of this page, ascending by name',
        resolve: ({ edges }) => [...edges],
      }),
      pageInfo: t.expose('pageInfo', {
        type: PageInfo,
        description: 'whether there is more, and how to ask for it',
      }),
    }),
  })

const MOST_EDGES = 1000

/** Of one series of a page: it is resolved by itself, which a number of a bucket is not. */
const COST_OF_FIELD = 10

/** Of a thousand names that are looked at, whether or not they are on the page. */
const COST_OF_LOOKING = 100

builder.queryField('catalogue', (t) =>
  t.field({
    type: SeriesInfoConnection,
    nullable: true,
    description:
      'The stored series, ascending by name (Relay connection; `first` at most 1,000). What no rule covers any more is left out.',
    args: {
      match: t.arg.string({ description: 'a glob, as in `Definition.match`' }),
      search: t.arg.string({ description: 'a text that names contain, in upper or lower case' }),
      first: t.arg.int({
        required: true,
        defaultValue: 100,
        description: 'how many series, 0 to 1,000, else BAD_USER_INPUT',
      }),
      after: t.arg.string({
        description: 'a cursor of this connection: begin behind it; steady while series come and go',
      }),
    },
    resolve: async (_, { match, search, first, after }, context, info) => {
      if (!(first >= 0 && first <= MOST_EDGES)) throw badInput(`first must lie from 0 to ${MOST_EDGES}`)
      const from = typeof after === 'string' ? decodeCursor(after) : undefined
      const reader = OperationReader.of(context)
      const names = await context.store.search({
        match: match ?? undefined,
        search: search ?? undefined,
        after: from,
        count: first === 0 ? 0 : first + 1,
        lookedAtMore: () => reader.pay(COST_OF_LOOKING),
      })
      const page = names.slice(0, first)
      reader.pay(COST_OF_FIELD * page.length * askedOfEdge(info).ofBucket)
      const edges = SeriesInfoModel.all(page, context).map((node) => ({
        cursor: encodeCursor(node.name),
        node,
      }))
      return {
        edges,
        pageInfo: {
          hasNextPage: names.length > first,
          hasPreviousPage: from !== undefined,
          startCursor: edges[0]?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        },
      }
    },
  }),
)

/** A cursor names the series itself, so that paging is steady while others come and go. */
function encodeCursor(name: string): string {
  return Buffer.from(name).toString('base64url')
}

function decodeCursor(cursor: string): string {
  const name = Buffer.from(cursor, 'base64url').toString()
  if (name === '' || encodeCursor(name) !== cursor)
    throw badInput('after must be a cursor of this connection')
  return name
}
