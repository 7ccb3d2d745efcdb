import { type DocumentNode, type GraphQLError, type ParseOptions, parse, type Source } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { badInput } from '../graphql/errors.ts'
import { operationSize } from './operation-size.ts'

/** More than anyone writes by hand, and about what `insertMany` of a thousand literals needs. */
const MOST_TOKENS = 15_000
/** The schema is 5 deep; asking it about itself, as GraphiQL does, needs 15. */
const DEEPEST = 20
const MOST_ALIASES = 200

/** Refuses a document that is out of all proportion while it is read, before anything looks at it closely. */
export function useOperationLimits(): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn(parseWithinLimits)
    },
  }
}

/** Throws GraphQLError. */
export function parseWithinLimits(source: string | Source, options?: ParseOptions): DocumentNode {
  const document = parseWithinStack(source, { ...options, maxTokens: MOST_TOKENS })
  const { depth, aliases } = operationSize(document)
  if (depth > DEEPEST) throw tooLarge(`fields lie at most ${DEEPEST} deep`)
  if (aliases > MOST_ALIASES)
    throw tooLarge(`it has at most ${MOST_ALIASES} aliases, those of fragments counted where they are spread`)
  return document
}

function parseWithinStack(source: string | Source, options: ParseOptions): DocumentNode {
  try {
    return parse(source, options)
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge('it is nested too deeply to be read')
    throw error
  }
}

function tooLarge(why: string): GraphQLError {
  return badInput(`This document is too large: ${why}`)
}
