/**
 * Tells which names a glob matches: `*` is one or more characters but `.`, `**` one or more of any; nothing else
 * is special.
 */
export function globMatcher(glob: string): (name: string) => boolean {
  const pattern = glob.split(/(\*\*?)/).map((part) => {
    if (part === '**') return '.+'
    if (part === '*') return '[^.]+'
    return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  })
  const expression = new RegExp(`^${pattern.join('')}$`, 'su')
  return (name) => expression.test(name)
}
