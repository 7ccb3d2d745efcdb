import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { GraphQLError, type GraphQLSchema, Kind } from 'graphql'
import { type DocumentPolicy, persistedQueryHash, unknownDocument } from './document-policy.ts'
import { Documents } from './documents.ts'
import { malformed, type OperationRequest } from './request.ts'

/** Bytes of a file of documents; those of a large front end fill less than a hundredth. */
const LARGEST = 16 * 1024 * 1024
/** How many faults a message tells. */
const MOST_FAULTS = 20

/** The trusted documents cannot be used; `message` says which, and why. */
export class TrustedDocumentsError extends Error {
  override readonly name = 'TrustedDocumentsError'

  constructor(file: string, faults: readonly string[]) {
    const lines = faults.slice(0, MOST_FAULTS).map((fault) => `\n  ${fault}`)
    if (faults.length > MOST_FAULTS) lines.push(`\n  and ${faults.length - MOST_FAULTS} more`)
    super(`The trusted documents (${file}) cannot be used:${lines.join('')}`)
  }
}

/** The documents of a front end, written when it was built; nothing else is executed. */
export class TrustedDocuments implements DocumentPolicy {
  /** by the id in the file, and by the hash of the text */
  readonly #byId = new Map<string, string>()
  readonly #texts: ReadonlySet<string>

  constructor(documents: ReadonlyMap<string, string>) {
    this.#texts = new Set(documents.values())
    for (const text of this.#texts) this.#byId.set(sha256(text), text)
    for (const [id, text] of documents) this.#byId.set(bare(id), text)
  }

  /**
   * Reads `{ "<id>": "<document>" }`, as codegen's client preset writes `persistedDocuments`.
   * Throws TrustedDocumentsError with every fault.
   */
  static read(file: string, schema: GraphQLSchema): TrustedDocuments {
    const checked = new Documents(schema)
    const faults: string[] = []
    const documents = new Map<string, string>()
    for (const [id, text] of Object.entries(readJson(file))) {
      const fault = faultOf(text, checked)
      if (fault !== undefined) faults.push(`${JSON.stringify(id.slice(0, 80))} ${fault}`)
      else documents.set(id, String(text))
    }
    if (faults.length > 0) throw new TrustedDocumentsError(file, faults)
    if (documents.size === 0) throw new TrustedDocumentsError(file, ['it holds none, so nothing could run'])
    return new TrustedDocuments(documents)
  }

  /** An id goes before a text: Apollo's protocol sends both where it takes the server to remember what it did not know. */
  textOf(request: OperationRequest): string {
    const { query, documentId } = request
    const hash = persistedQueryHash(request)
    const id = documentId ?? hash
    const text = id === undefined ? undefined : this.#byId.get(bare(id))
    if (text !== undefined) return text
    if (query !== undefined && this.#texts.has(query)) return query
    if (query !== undefined)
      throw unknownDocument('this document is not one of those that this server trusts')
    if (documentId !== undefined) throw unknownDocument('this server trusts no document of this `documentId`')
    if (hash !== undefined) throw unknownDocument('PersistedQueryNotFound')
    throw malformed('this server executes trusted documents only: a request needs a `documentId`')
  }
}

function readJson(file: string): object {
  const refuse = (why: string) => new TrustedDocumentsError(file, [why])
  let text: string
  try {
    if (statSync(file).size > LARGEST) throw refuse('the file is larger than 16 MiB')
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof TrustedDocumentsError) throw error
    throw refuse(
      `the file cannot be read (${error instanceof Error && 'code' in error ? error.code : error})`,
    )
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw refuse('the file is not valid JSON')
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json
  throw refuse('the file is not a JSON object of documents by id')
}

/** Why a document could never be executed. */
function faultOf(text: unknown, checked: Documents): string | undefined {
  if (typeof text !== 'string') return 'is not a text'
  try {
    const document = checked.parse(text)
    if (!document.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION))
      return 'holds no operation'
    const [error] = checked.validate(document)
    return error && shown(error)
  } catch (error) {
    if (error instanceof GraphQLError) return shown(error)
    throw error
  }
}

function shown({ message, locations }: GraphQLError): string {
  const [place] = locations ?? []
  return place ? `line ${place.line}, column ${place.column}: ${message}` : message
}

/** Some write `sha256:` before a hash, and some do not. */
function bare(id: string): string {
  return id.replace(/^sha256:/, '')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
