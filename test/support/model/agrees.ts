/** A number that was added up from others, in an order that is nobody's business. */
export class About {
  readonly value: number
  readonly within: number

  constructor(value: number, within: number) {
    this.value = value
    this.within = within
  }
}

/** Buckets by their starts, in this order; where they are nested, each is Rows again. */
export class Rows {
  readonly rows: readonly (readonly [start: number, data: unknown])[]

  constructor(rows: readonly (readonly [start: number, data: unknown])[]) {
    this.rows = rows
  }
}

/** Names: those of `least`, each once, and of the others in `most` any. */
export class Names {
  readonly least: ReadonlySet<string>
  readonly most: ReadonlySet<string>

  constructor(least: ReadonlySet<string>, most: ReadonlySet<string>) {
    this.least = least
    this.most = most
  }
}

/** Why a call was refused: the code of its error. */
export class Refused extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** Whether the engine's answer is what the model expects. Histograms and sets have no order. */
export function agrees(actual: unknown, expected: unknown): boolean {
  if (expected instanceof Refused) return actual instanceof Refused && actual.code === expected.code
  if (expected instanceof About)
    return typeof actual === 'number' && Math.abs(actual - expected.value) <= expected.within
  if (expected instanceof Rows) return actual instanceof Map && agrees([...actual], expected.rows)
  if (expected instanceof Names) {
    if (!Array.isArray(actual) || new Set(actual).size !== actual.length) return false
    const isKnown = actual.every((name) => expected.most.has(name))
    return isKnown && [...expected.least].every((name) => actual.includes(name))
  }
  if (expected instanceof Set)
    return (
      actual instanceof Set &&
      actual.size === expected.size &&
      [...expected].every((each) => actual.has(each))
    )
  if (expected instanceof Map) {
    if (!(actual instanceof Map) || actual.size !== expected.size) return false
    return [...expected].every(([key, value]) => actual.has(key) && agrees(actual.get(key), value))
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false
    return expected.every((each, i) => agrees(actual[i], each))
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return false
    return agrees(new Map(Object.entries(actual)), new Map(Object.entries(expected)))
  }
  return actual === expected
}
