import type { Operation } from 'kairos/client'

/**
 * An operation of kairos/client that runs as it stands, under the name given: the values of its variables become their
 * defaults.
 */
export function selfContained({ query, variables }: Operation, name: string): string {
  return query.replace(/^(\w+) \((.*)\)/, (_, kind: string, declarations: string) => {
    const lines = declarations.split(', ').map((declared) => {
      const value = variables[declared.slice(1, declared.indexOf(':'))]
      return value === undefined ? `  ${declared}` : `  ${declared} = ${literal(value)}`
    })
    return `${kind} ${name}(\n${lines.join('\n')}\n)`
  })
}

/** A value as GraphQL writes it, which is as JSON does, but for the names of fields. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).filter(([, each]) => each !== undefined)
  return `{ ${fields.map(([key, each]) => `${key}: ${literal(each)}`).join(', ')} }`
}
