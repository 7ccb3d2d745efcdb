import { type ErrorCode, Lexer, LineCounter, Parser, parseDocument, visit, type YAMLError } from 'yaml'
import type { Report } from './config-error.ts'

/** Settings of any shape, as a file gave them. */
export interface Loaded {
  readonly settings: unknown
}

/** A file has no use for more; and each is resolved by a walk over the whole of it. */
const mostAliases = 100

/** Far more than settings need. The library composes by recursion, and Node ends at once where that exhausts its stack. */
const deepest = 64

/** Each fault of syntax makes more behind it. */
const shownFaults = 10

/**
 * YAML 1.2, keys as text, repeated keys refused, aliases bounded; an empty document is an empty map. Undefined where it is
 * not valid, each fault then reported as `name:line:column`. What the library says is cut where it quotes the file: that
 * may be a password.
 */
export const parseYaml = (text: string, name: string, report: Report): Loaded | undefined => {
  if (isTooDeep(text)) {
    report(name, `is nested more than ${deepest} levels deep`)
    return undefined
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  let sound = true
  const refuse = (offset: number, message: string): void => {
    const { line, col } = lines.linePos(offset)
    report(`${name}:${line}:${col}`, message)
    sound = false
  }
  const faults = [...document.errors, ...document.warnings].slice(0, shownFaults)
  for (const fault of faults) refuse(fault.pos[0], sentence(fault))
  let aliases = 0
  visit(document, {
    Alias: (_, alias) => {
      const offset = alias.range?.[0] ?? 0
      if (++aliases > mostAliases) {
        refuse(offset, `more than ${mostAliases} aliases`)
        return visit.BREAK
      }
      if (!alias.resolve(document))
        refuse(offset, 'a text that begins with "*" needs quotes, as in match: "**"')
      return undefined
    },
  })
  if (!sound) return undefined
  try {
    return { settings: document.toJS({ maxAliasCount: mostAliases }) ?? {} }
  } catch {
    report(name, 'uses its aliases too often')
    return undefined
  }
}

/** Tokens are read one by one, and the parser's stack looked at between them: no recursion here, whatever the text. */
const isTooDeep = (text: string): boolean => {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > deepest) return true
  }
  return false
}

/** In place of the messages that quote the file anywhere but behind a colon. */
const sentences: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_DIRECTIVE: 'directives, lines that begin with "%", are not supported',
  BAD_DQ_ESCAPE: 'invalid escape sequence: in double quotes, write a backslash as \\\\',
  TAG_RESOLVE_FAILED: 'tags are not supported: a text that begins with "!" needs quotes',
}

const sentence = ({ code, message }: YAMLError): string =>
  sentences[code] ?? message.replace(/(?<=\w): .*/s, '').replace(/^./, (letter) => letter.toLowerCase())
