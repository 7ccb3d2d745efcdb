/**
 * Tells which names a glob matches: `*` is one or more characters but `.`, `**` one or more of any; nothing else
 * is special. The time it takes grows with the length of the name times that of the glob, and no faster: globs come from
 * clients, too.
 */
export function globMatcher(glob: string): (name: string) => boolean {
  const tokens = glob.split(/(\*\*?)/).flatMap((part) => (part.startsWith('*') ? [part] : [...part]))
  if (!glob.includes('*')) return (name) => name === glob
  if (glob === '**') return (name) => name !== ''
  return (name) => matches(tokens, name)
}

/** All the places in the glob that can be reached are followed at once. */
function matches(tokens: readonly string[], name: string): boolean {
  let reached = new Set([0])
  for (const character of name) {
    const next = new Set<number>()
    for (const place of reached) {
      const token = tokens[place]
      const wild = token === '**' || (token === '*' && character !== '.')
      if (wild) next.add(place)
      if (wild || token === character) next.add(place + 1)
    }
    if (next.size === 0) return false
    reached = next
  }
  return reached.has(tokens.length)
}
