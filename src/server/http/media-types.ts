import type { IncomingMessage } from 'node:http'
import { LRUCache } from 'lru-cache'

/** What a result can be sent as. */
export type MediaType = 'application/json' | 'application/graphql-response+json' | 'text/event-stream'

/** In the order in which they are chosen where the client likes them equally: clients of old know only the first. */
const OFFERED: readonly MediaType[] = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
]

/** What an Accept header takes, best liked first: by weight, then as listed. Without a header that is all. */
export function acceptable(accept = '*/*'): readonly MediaType[] {
  return known.memo(accept)
}

/** In which a query or a mutation is answered: as events only where nothing else is taken. Undefined where nothing is. */
export function answerType(accept?: string): MediaType | undefined {
  const types = acceptable(accept)
  return types.find((each) => each !== 'text/event-stream') ?? types[0]
}

/** Clients send a few texts again and again. */
const known = new LRUCache<string, readonly MediaType[]>({ max: 100, memoMethod: chosenBy })

function chosenBy(accept: string): readonly MediaType[] {
  const ranges = accept.split(',').map(rangeOf)
  const rank = (type: MediaType) => {
    const place = ranges.reduce(
      (best, range, i) => (specificity(range, type) > specificity(ranges[best], type) ? i : best),
      0,
    )
    const range = ranges[place]
    return { type, place, weight: range && specificity(range, type) > 0 ? range.weight : 0 }
  }
  return OFFERED.map(rank)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.place - b.place)
    .map(({ type }) => type)
}

/**
 * The header as yoga understands it, which knows no weights and takes what it names first; a page stands last. A browser
 * that takes nothing else gets JSON where there is no page.
 */
export function acceptForYoga(accept = '*/*'): string {
  const types: readonly string[] = acceptable(accept)
  if (!accept.includes('text/html')) return types.join(', ')
  return [...(types.length > 0 ? types : ['application/json']), 'text/html'].join(', ')
}

/** As yoga decides it: GraphiQL is for browsers, which ask with GET. */
export function asksForPage({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true
}

/** Whether a body of this Content-Type is JSON in UTF-8: the only encoding that JSON has between systems. */
export function isJson(contentType = ''): boolean {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  return type.trim() === 'application/json' && isUtf8(parameters)
}

interface Range {
  readonly type: string
  readonly weight: number
}

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.toLowerCase().split(';')
  const weight = Number(parameterOf(parameters, 'q') ?? 1)
  return { type: type.trim(), weight: isUtf8(parameters) && weight <= 1 ? weight : 0 }
}

/** How closely a range names a type: 3 by name, 2 by its first half, 1 as anything, 0 not at all. */
function specificity(range: Range | undefined, type: MediaType): number {
  if (range?.type === type) return 3
  if (range?.type === `${type.slice(0, type.indexOf('/'))}/*`) return 2
  return range?.type === '*/*' ? 1 : 0
}

function isUtf8(parameters: readonly string[]): boolean {
  const charset = parameterOf(parameters, 'charset')
  return charset === undefined || charset === 'utf-8' || charset === 'utf8'
}

function parameterOf(parameters: readonly string[], name: string): string | undefined {
  const pairs = parameters.map((parameter) => parameter.split('=', 2).map((part) => part.trim()))
  return pairs.find(([key]) => key === name)?.[1]?.replace(/^"(.*)"$/, '$1')
}
