/** Names that lie next to each other: one name, or all that begin alike. */
export interface NameRange {
  readonly prefix: string
  /** the name `prefix` alone */
  readonly exact: boolean
}

/**
 * Where to look for names that the glob `match` matches, and one of `within`: as narrow as what the globs begin with, without
 * overlap, ascending by code points.
 */
export function nameRanges(match: string, within: readonly string[]): NameRange[] {
  const whole = rangeOf(match)
  const ranges = within.flatMap((glob) => overlap(whole, rangeOf(glob)) ?? [])
  ranges.sort((a, b) => byBytes(a.prefix, b.prefix) || Number(a.exact) - Number(b.exact))
  const apart: NameRange[] = []
  for (const range of ranges) {
    const before = apart.at(-1)
    if (!before || !overlap(before, range)) apart.push(range)
  }
  return apart
}

/** The order of names in Redis, which is that of their code points. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function rangeOf(glob: string): NameRange {
  const [prefix = ''] = glob.split('*', 1)
  return { prefix, exact: !glob.includes('*') }
}

function overlap(a: NameRange, b: NameRange): NameRange | undefined {
  const [short, long] = a.prefix.length <= b.prefix.length ? [a, b] : [b, a]
  if (short.prefix === long.prefix) return { prefix: long.prefix, exact: short.exact || long.exact }
  return !short.exact && long.prefix.startsWith(short.prefix) ? long : undefined
}
