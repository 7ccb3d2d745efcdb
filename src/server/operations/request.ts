import { isUtf8 } from 'node:buffer'
import { GraphQLError } from 'graphql'

/** Bytes of one request: of a body over HTTP, or a message over a WebSocket. */
export const LARGEST_REQUEST = 4 * 1024 * 1024

type JsonObject = Readonly<Record<string, unknown>>

/** What a client asks to have executed, whatever the transport. What it left out or gave as null is undefined. */
export interface OperationRequest {
  /** the text of a document; never empty */
  readonly query: string | undefined
  /** names a document that the server knows */
  readonly documentId: string | undefined
  readonly operationName: string | undefined
  readonly variables: JsonObject | undefined
  readonly extensions: JsonObject | undefined
}

/** Of a body in JSON. Throws GraphQLError, status 400. */
export function requestOfBody(bytes: Buffer): OperationRequest {
  return requestOf(parseJson(decode(bytes), 'the body'))
}

/** Of the query of a URL, as `?query=…&variables=…`. Throws GraphQLError, status 400. */
export function requestOfSearch(search: string): OperationRequest {
  const given = new URLSearchParams(search)
  const json = (name: string) => {
    const text = given.get(name)
    return text ? parseJson(text, `\`${name}\``) : undefined
  }
  return requestOf({
    query: given.get('query'),
    documentId: given.get('documentId'),
    operationName: given.get('operationName') || null,
    variables: json('variables'),
    extensions: json('extensions'),
  })
}

/** Of what is said to be one. Properties that nobody knows are passed over, as the specification wants it. */
export function requestOf(value: unknown): OperationRequest {
  if (Array.isArray(value))
    throw malformed('operations are sent one a request: a list of them is not understood')
  if (!isObject(value)) throw malformed('a request is a JSON object')
  return {
    query: textOf(value, 'query') || undefined,
    documentId: textOf(value, 'documentId'),
    operationName: textOf(value, 'operationName'),
    variables: objectOf(value, 'variables'),
    extensions: objectOf(value, 'extensions'),
  }
}

/** A request that no document can be found for, or that is none. */
export function malformed(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } })
}

/** A byte order mark is passed over, as the specification of JSON allows. */
function decode(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw malformed('the body is not UTF-8')
  const text = bytes.toString()
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed(`${what} is not valid JSON`)
  }
}

function textOf(request: JsonObject, name: string): string | undefined {
  const value = request[name] ?? undefined
  if (value !== undefined && typeof value !== 'string') throw malformed(`\`${name}\` is a text`)
  return value
}

function objectOf(request: JsonObject, name: string): JsonObject | undefined {
  const value = request[name] ?? undefined
  if (value !== undefined && !isObject(value)) throw malformed(`\`${name}\` is a JSON object`)
  return value
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
