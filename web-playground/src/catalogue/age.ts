const units = [
  ['y', 365 * 86_400],
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const

/** How long ago, in one unit: `now` within the last ten seconds, `12 s`, `5 min`, `3 h`, `2 d`, `4 y`. */
export function ageText(seconds: number): string {
  if (seconds < 10) return 'now'
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? (['s', 1] as const)
  return `${Math.floor(seconds / size)} ${unit}`
}
