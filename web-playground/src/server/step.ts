/** Lengths of time, in seconds. */
export const minute = 60
export const hour = 60 * minute
export const day = 24 * hour

const sizes: Readonly<Record<string, number>> = {
  s: 1,
  min: minute,
  h: hour,
  d: day,
  w: 7 * day,
  y: 365 * day,
}

/** As long as a step is, such as `60`, `5min` or `daily`; nearly so where the calendar decides. */
export function secondsOf(step: string): number {
  const calendar = { daily: day, weekly: 7 * day, monthly: 30 * day, yearly: 365 * day }[step]
  if (calendar !== undefined) return calendar
  const [, digits, unit = 's'] = /^(\d+)([a-z]*)$/.exec(step) ?? []
  return Number(digits ?? 1) * (sizes[unit || 's'] ?? 1)
}
