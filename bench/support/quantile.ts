/** The value up to which `share` of them lie, from 0 to 1; NaN where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const ascending = Float64Array.from(values).sort()
  return ascending[Math.floor((ascending.length - 1) * share)] ?? Number.NaN
}
