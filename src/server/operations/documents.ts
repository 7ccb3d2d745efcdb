import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { tooLarge } from '../../graphql/errors.ts'
import { comparisons } from './comparisons.ts'
import { isIntrospective } from './introspective.ts'
import { operationSize } from './size.ts'
import { weightOf } from './weight.ts'

/** More than anyone writes by hand, and about what `insertMany` of a thousand literals needs. */
const MOST_TOKENS = 15_000
/** The schema is 5 deep; asking it about itself, as GraphiQL does, needs 15. */
const DEEPEST = 20
const MOST_ALIASES = 200
/** Of a document that asks the schema about itself, which nobody pays for; tools need none. */
const MOST_ALIASES_INTROSPECTIVE = 10
/** UTF-16 code units: an alias stands in the answer as often as its field. */
const LONGEST_ALIAS = 64
/** 200 series of 15 fields are some 3,000. */
const MOST_COMPARISONS = 10_000
/** Faults of which a client is told: to say where each is costs a walk through the text. */
const MOST_FAULTS = 20

/** Comments are no tokens to the parser's limit, but are kept like them; each begins with this sign, which texts may hold, too. */
const MOST_COMMENT_SIGNS = 15_000

/** Documents that are remembered, and the bytes that they take in all. */
const MOST_REMEMBERED = { max: 1000, maxSize: 64 * 1024 * 1024 }

/** What clients ask, read once: a document is parsed and validated when it first comes, and then remembered by its text. */
export class Documents {
  readonly #schema: GraphQLSchema
  /** valid ones alone: what is wrong is not worth the room */
  readonly #remembered = new LRUCache<string, DocumentNode>({
    ...MOST_REMEMBERED,
    sizeCalculation: weightOf,
  })
  readonly #valid = new WeakSet<DocumentNode>()

  constructor(schema: GraphQLSchema) {
    this.#schema = schema
  }

  /**
   * Throws GraphQLError where the text is no document, or one out of all proportion: that is refused before anything looks
   * at it closely.
   */
  parse(text: string): DocumentNode {
    return this.#remembered.get(text) ?? parseWithinLimits(text)
  }

  /** What the schema has against a document; none where it can be executed. Throws GraphQLError where it cannot be looked at. */
  validate(document: DocumentNode): readonly GraphQLError[] {
    if (this.#valid.has(document)) return []
    const faults = withinStack(() =>
      validate(this.#schema, document, specifiedRules, { maxErrors: MOST_FAULTS }),
    )
    if (faults.length > 0) return faults
    this.#valid.add(document)
    const text = document.loc?.source.body
    if (text !== undefined) this.#remembered.set(text, document)
    return []
  }
}

/** Throws GraphQLError. */
function parseWithinLimits(text: string): DocumentNode {
  if (text.split('#', MOST_COMMENT_SIGNS + 1).length > MOST_COMMENT_SIGNS)
    throw refused(`it holds at most ${MOST_COMMENT_SIGNS} number signs, with which comments begin`)
  const document = withinStack(() => parse(text, { maxTokens: MOST_TOKENS }))
  const { depth, aliases, longestAlias } = operationSize(document)
  if (depth > DEEPEST) throw refused(`fields lie at most ${DEEPEST} deep`)
  const mostAliases = isIntrospective(document) ? MOST_ALIASES_INTROSPECTIVE : MOST_ALIASES
  if (aliases > mostAliases)
    throw refused(`it has at most ${mostAliases} aliases, those of fragments counted where they are spread`)
  if (longestAlias > LONGEST_ALIAS) throw refused(`an alias has at most ${LONGEST_ALIAS} characters`)
  if (withinStack(() => comparisons(document, MOST_COMPARISONS)) > MOST_COMPARISONS)
    throw refused('it repeats too many fields or fragments')
  return document
}

/** GraphQL.js goes down a document by recursion, more than once. */
function withinStack<R>(look: () => R): R {
  try {
    return look()
  } catch (error) {
    if (error instanceof RangeError) throw refused('it is nested too deeply to be read')
    throw error
  }
}

function refused(why: string): GraphQLError {
  return tooLarge(`This document is too large: ${why}`)
}
