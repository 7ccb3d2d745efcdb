import {
  authSchema,
  corsSchema,
  intervalSchema,
  jwtSchema,
  limitsSchema,
  ruleSchema,
  settingsSchema,
  tokenSchema,
} from './settings.ts'

const top = Object.keys(settingsSchema.shape)
const limits = Object.keys(limitsSchema.shape)
const auth = Object.keys(authSchema.shape)
const token = Object.keys(tokenSchema.shape)
const jwt = Object.keys(jwtSchema.shape)
const cors = Object.keys(corsSchema.shape)
const rule = Object.keys(ruleSchema.shape)
const interval = Object.keys(intervalSchema.shape)

/** The settings beside `path`, which is the path of the map that holds them. */
const knownAt = (path: readonly PropertyKey[]): readonly string[] => {
  if (path.length === 0) return top
  if (path[0] === 'limits') return limits
  if (path[0] === 'auth') return path[1] === 'tokens' ? token : path[1] === 'jwt' ? jwt : auth
  if (path[0] === 'cors') return cors
  return path.length === 2 ? rule : interval
}

/** Why `key` is refused in the map at `path`, with the setting that may have been meant. */
export const unknownSetting = (path: readonly PropertyKey[], key: string): string => {
  return `is not a setting${didYouMean(key, knownAt(path))}`
}

/** `, did you mean x?` where a candidate differs from the word in at most a third of its letters, or one; else nothing. */
export const didYouMean = (word: string, candidates: readonly string[]): string => {
  if (word.length > 40) return ''
  const unlike = (candidate: string): number => Math.abs(candidate.length - word.length)
  const [nearest] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance || unlike(a.candidate) - unlike(b.candidate))
  return nearest ? `, did you mean ${nearest.candidate}?` : ''
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
const editDistance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY
      rows[i]?.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swap))
    }
  }
  return at(a.length, b.length)
}
