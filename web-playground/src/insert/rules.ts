import type { DefinitionsQuery } from 'kairos/client/documents'

/** What decides over a name, as far as inserting needs to know. */
export type Rule = Pick<
  DefinitionsQuery['definitions'][number],
  'name' | 'type' | 'valueType' | 'quantize' | 'unit'
>

/** The rule that decides over a name: the first that matches; undefined where none does, null where that is not known. */
export type RuleOf = (name: string) => Rule | undefined | null

/** By the definitions in matching order; null where they are not there yet. */
export function ruleFinder(definitions: DefinitionsQuery['definitions'] | null): RuleOf {
  if (!definitions) return () => null
  const matchers = definitions.map((rule) => ({ rule, patterns: rule.match.map(pattern) }))
  const known = new Map<string, Rule | undefined>()
  return (name) => {
    if (known.has(name)) return known.get(name)
    const found = matchers.find(({ patterns }) => patterns.some((each) => each.test(name)))?.rule
    known.set(name, found)
    return found
  }
}

/** `*` is one or more characters but ".", `**` one or more of any; nothing else is special. */
function pattern(glob: string): RegExp {
  const source = glob.replaceAll(/\*\*|\*|[^*\w]/gu, (part) => {
    if (part === '**') return '.+'
    return part === '*' ? '[^.]+' : `\\u{${part.codePointAt(0)?.toString(16)}}`
  })
  return new RegExp(`^${source}$`, 'su')
}

const KEEPS: Readonly<Record<Rule['type'], string>> = {
  SERIES: 'list of',
  HISTOGRAM: 'histogram of',
  COUNT: 'count of',
  GAUGE: 'gauge of',
  SET: 'set of',
}

const VALUES: Readonly<Record<Rule['valueType'], string>> = {
  STRING: 'texts',
  INTEGER: 'whole numbers',
  FLOAT: 'numbers',
  BOOLEAN: 'truth values',
}

/** What a rule makes of values, as `histogram of numbers in ms, rounded to 5`. */
export function ruleText({ type, valueType, quantize, unit }: Rule): string {
  const amounts = valueType === 'INTEGER' ? 'whole amounts' : 'amounts'
  const values = `${KEEPS[type]} ${type === 'COUNT' ? amounts : VALUES[valueType]}`
  return `${values}${unit ? ` in ${unit}` : ''}${quantize === null ? '' : `, rounded to ${quantize}`}`
}
