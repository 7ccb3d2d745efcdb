import type * as z from 'zod'
import { pathOf, type Report } from './config-error.ts'
import { didYouMean, unknownSetting } from './unknown-setting.ts'

/** The value as `schema` reads it, or undefined with every fault of its shape reported at its place beneath `at`. */
export const parseShape = <S extends z.ZodType>(
  schema: S,
  value: unknown,
  at: (path: readonly PropertyKey[]) => string,
  report: Report,
): z.output<S> | undefined => {
  const parsed = schema.safeParse(value, { error: sentence })
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues.flatMap(ofMeantBranch)) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) report(at([...issue.path, key]), unknownSetting(issue.path, key))
    } else {
      report(at(issue.path), issue.message)
    }
  }
  return undefined
}

/** Of a union, the faults of the one branch that the value's type speaks for, each at its own place. */
const ofMeantBranch = (issue: z.core.$ZodIssue): z.core.$ZodIssue[] => {
  if (issue.code !== 'invalid_union') return [issue]
  const meant = issue.errors.find(
    (faults) => !faults.some(({ code, path }) => code === 'invalid_type' && !path.length),
  )
  return (
    meant?.flatMap((fault) => ofMeantBranch({ ...fault, path: [...issue.path, ...fault.path] })) ?? [issue]
  )
}

/** The path within a file, as users write it. */
export const inFile = (path: readonly PropertyKey[]): string => pathOf(path) || 'file'

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of settings',
  record: 'a map of settings',
}

/** What zod found, said to the person who wrote the value; that value itself is never repeated. */
const sentence: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing'
      if (issue.input === null) return 'is empty: give it a value or remove the line'
      return `must be ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value': {
      const choices = issue.values.map(String)
      if (issue.input === undefined) return `is missing: one of ${choices.join(', ')}`
      const meant = typeof issue.input === 'string' ? didYouMean(issue.input, choices) : ''
      return `must be one of ${choices.join(', ')}${meant}`
    }
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty'
      if (issue.origin === 'array') return 'must list at least one'
      return `must be at least ${issue.minimum}`
    case 'too_big':
      if (issue.origin === 'string') return `must be at most ${issue.maximum} characters long`
      if (issue.origin === 'array') return `must list at most ${issue.maximum}`
      return `must be at most ${issue.maximum}`
    default:
      return 'is not valid'
  }
}

/** Settings by name, none of them looked at yet. */
export type SettingsMap = Readonly<Record<string, unknown>>

export const isMap = (value: unknown): value is SettingsMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
