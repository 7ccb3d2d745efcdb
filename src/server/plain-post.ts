import type { IncomingMessage } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { type DocumentNode, getOperationAST, OperationTypeNode } from 'graphql'
import type { Identity } from '../auth/index.ts'
import type { Caller, ContextOf } from './caller.ts'
import type { Operations } from './operations/operations.ts'

/** Media types of an answer, both in UTF-8. */
const GRAPHQL_JSON = 'application/graphql-response+json'
const PLAIN_JSON = 'application/json'

/**
 * The media type in which a plain JSON POST wants its answer; undefined where a request is another kind, or wants
 * something else first, such as an event stream.
 */
export function plainAnswerType({ method, headers }: IncomingMessage): string | undefined {
  if (method !== 'POST' || headers['content-encoding'] !== undefined) return undefined
  if (!/^application\/json *(; *charset="?utf-8"?)?$/i.test(headers['content-type'] ?? '')) return undefined
  for (const range of (headers.accept ?? PLAIN_JSON).toLowerCase().split(',')) {
    const [type] = range.split(';', 1)
    switch (type?.trim()) {
      case GRAPHQL_JSON:
        return GRAPHQL_JSON
      case PLAIN_JSON:
      case 'application/*':
      case '*/*':
        return PLAIN_JSON
      case 'text/event-stream':
      case 'multipart/mixed':
        return undefined
    }
  }
  return undefined
}

interface Request {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>> | null
  readonly operationName: string | null
}

/**
 * The short way of what nearly every client sends: a query or a mutation as JSON, answered in JSON. Whatever is wrong
 * with a request, or special about it, is left to yoga.
 *
 * Equal queries of one identity that arrive in the same turn of the event loop share one execution. It begins after the
 * last of them arrived, so that nobody is told what was true before they asked.
 */
export class PlainPosts {
  readonly #operations: Operations
  readonly #contextOf: ContextOf
  /** by body, the queries that begin at the end of this turn; apart for each identity, since rights differ */
  readonly #beginning = new WeakMap<Identity, Map<string, Promise<string | undefined>>>()

  constructor(operations: Operations, contextOf: ContextOf) {
    this.#operations = operations
    this.#contextOf = contextOf
  }

  /** The result in JSON; undefined where nothing was executed. */
  async answer(body: string, caller: Caller): Promise<string | undefined> {
    const request = parseRequest(body)
    const document = request && this.#validDocument(request.query)
    if (!document) return undefined
    switch (getOperationAST(document, request.operationName)?.operation) {
      case OperationTypeNode.QUERY:
        return await this.#shared(body, caller, () => this.#execute(request, document, caller))
      case OperationTypeNode.MUTATION:
        return await this.#execute(request, document, caller)
      default:
        return undefined
    }
  }

  #validDocument(query: string): DocumentNode | undefined {
    try {
      const document = this.#operations.parse(query)
      return this.#operations.validate(document).length === 0 ? document : undefined
    } catch {
      return undefined
    }
  }

  #shared(body: string, { identity }: Caller, execute: () => Promise<string | undefined>) {
    const beginning = this.#beginning.get(identity) ?? new Map<string, Promise<string | undefined>>()
    this.#beginning.set(identity, beginning)
    const known = beginning.get(body)
    if (known) return known
    const execution = turn().then(() => {
      beginning.delete(body)
      return execute()
    })
    beginning.set(body, execution)
    return execution
  }

  async #execute(request: Request, document: DocumentNode, caller: Caller): Promise<string | undefined> {
    const result = await this.#operations.execute({
      schema: this.#operations.schema,
      document,
      variableValues: request.variables,
      operationName: request.operationName,
      contextValue: this.#contextOf(caller),
    })
    return result.data === undefined ? undefined : JSON.stringify(result)
  }
}

/** Undefined where it is not exactly what the specification knows. */
function parseRequest(body: string): Request | undefined {
  const request = parseJson(body)
  if (!isObject(request)) return undefined
  const { query, variables = null, operationName = null, extensions = null, ...others } = request
  const sound =
    typeof query === 'string' &&
    (variables === null || isObject(variables)) &&
    (operationName === null || typeof operationName === 'string') &&
    extensions === null &&
    Object.keys(others).length === 0
  return sound ? { query, variables, operationName } : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
