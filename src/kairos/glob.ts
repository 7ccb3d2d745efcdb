/**
 * Tells which names a glob matches: `*` is one or more characters but `.`, `**` one or more of any; nothing else
 * is special. The time it takes grows with the length of the name times that of the glob, and no faster: globs come from
 * clients, too, who have thousands of names compared at a time.
 */
export function globMatcher(glob: string): (name: string) => boolean {
  const tokens = glob.split(/(\*\*?)/).flatMap((part) => (part.startsWith('*') ? [part] : [...part]))
  if (!glob.includes('*')) return (name) => name === glob
  if (glob === '**') return (name) => name !== ''
  const [prefix = ''] = glob.split('*', 1)
  const matches = follower(tokens)
  return (name) => name.startsWith(prefix) && matches(name)
}

/** All the places in the glob that can be reached are followed at once, 32 of them in a number. */
function follower(tokens: readonly string[]): (name: string) => boolean {
  const size = Math.floor(tokens.length / 32) + 1
  const places = (holds: (token: string) => boolean): Uint32Array => {
    const set = new Uint32Array(size)
    for (const [place, token] of tokens.entries())
      if (holds(token)) set[place >> 5] = (set[place >> 5] ?? 0) | (1 << (place & 31))
    return set
  }
  const wild = places((token) => token === '*' || token === '**')
  const wildOverDot = places((token) => token === '**')
  const none = new Uint32Array(size)
  const literal = new Map(tokens.map((token) => [token, places((each) => each === token)]))
  literal.delete('*') // a star in a name is no star in a glob
  const end = tokens.length

  return (name) => {
    const reached = new Uint32Array(size)
    reached[0] = 1
    for (const character of name) {
      const same = literal.get(character) ?? none
      const stays = character === '.' ? wildOverDot : wild
      let carried = 0
      let any = 0
      for (let i = 0; i < size; i += 1) {
        const here = reached[i] ?? 0
        const staying = here & (stays[i] ?? 0)
        const going = staying | (here & (same[i] ?? 0))
        const next = staying | (going << 1) | carried
        carried = going >>> 31
        reached[i] = next
        any |= next
      }
      if (any === 0) return false
    }
    return ((reached[end >> 5] ?? 0) & (1 << (end & 31))) !== 0
  }
}
