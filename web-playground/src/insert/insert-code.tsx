import {
  InsertDocument,
  type InsertInput,
  InsertManyDocument,
  type InsertMutationVariables,
} from 'kairos/client/documents'
import { type Code, CodeView, graphiqlAddress } from '../operation/code-view.tsx'
import { type CurlOptions, curl } from '../operation/curl.ts'
import { literal } from '../operation/self-contained.ts'
import { values } from './outcome.ts'

/** One request of several values. */
export interface ManyRequest {
  readonly id: string
  readonly inserts: readonly InsertInput[]
}

type Props = {
  /** whether the server wants a token */
  readonly authorized: boolean
} & ({ readonly one: InsertMutationVariables } | { readonly many: readonly ManyRequest[] })

/** What is sent when `Insert` is pressed, to send it by other means. */
export function InsertCode(props: Props) {
  const endpoint = { url: `${location.origin}/graphql`, authorized: props.authorized }
  const codes = 'one' in props ? codesOfOne(props.one, endpoint) : codesOfMany(props.many, endpoint)
  return (
    <CodeView
      label="What is sent"
      codes={codes}
      graphiql={codes[0].whole ? null : graphiqlAddress(codes[0].text)}
    />
  )
}

function codesOfOne(variables: InsertMutationVariables, endpoint: CurlOptions): readonly [Code, Code] {
  const args = Object.entries(variables).filter(([, value]) => value !== undefined)
  const text = `mutation Insert {
  insert(
${args.map(([key, value]) => `    ${key}: ${literal(value)}`).join('\n')}
  ) {
    inserted
    expired
    duplicate
  }
}`
  const operation = { query: InsertDocument.toString(), variables: { ...variables } }
  return [
    { name: 'GraphQL', text },
    { name: 'curl', text: curl([operation], endpoint) },
  ]
}

/** Values that are shown of more. */
const MOST_SHOWN = 20
/** Values that a document may hold: it has at most 15,000 tokens, and each of these up to twelve. */
const MOST_IN_DOCUMENT = 1_000

function codesOfMany(requests: readonly ManyRequest[], endpoint: CurlOptions): readonly [Code, Code] {
  const total = requests.reduce((sum, { inserts }) => sum + inserts.length, 0)
  const [first = { id: '', inserts: [] }] = requests
  const head = { id: first.id, inserts: first.inserts.slice(0, MOST_SHOWN) }
  const rest = total - head.inserts.length
  if (rest === 0)
    return [
      { name: 'GraphQL', text: manyDocument(head) },
      { name: 'curl', text: manyCommands([head], endpoint) },
    ]
  const note = `# and ${values(rest)} more${requests.length > 1 ? `, in ${requests.length} requests` : ''}`
  const fits = total <= MOST_IN_DOCUMENT
  return [
    {
      name: 'GraphQL',
      text: `${manyDocument(head)}\n${note}`,
      whole: () =>
        fits ? manyDocument(first) : `# So many values are sent as variables.\n${InsertManyDocument}`,
    },
    {
      name: 'curl',
      text: `${manyCommands([head], endpoint)}\n\n${note}`,
      whole: () => manyCommands(requests, endpoint),
    },
  ]
}

function manyCommands(requests: readonly ManyRequest[], endpoint: CurlOptions): string {
  const query = InsertManyDocument.toString()
  return curl(
    requests.map(({ id, inserts }) => ({ query, variables: { id, inserts } })),
    endpoint,
  )
}

function manyDocument({ id, inserts }: ManyRequest): string {
  return `mutation InsertMany {
  insertMany(
    id: ${literal(id)}
    inserts: [
${inserts.map((insert) => `      ${literal(insert)}`).join('\n')}
    ]
  ) {
    inserted
    expired
    duplicate
  }
}`
}
