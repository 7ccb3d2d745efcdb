import type { Interval } from '../interval.ts'
import type { Layout, LayoutName } from '../layouts/index.ts'
import type { Definition, DefinitionOptions } from './definition.ts'

/** What a configuration says of how series lie in Redis. Series that were written with another one cannot be read. */
export interface Storage {
  readonly layout: LayoutName
  /** in matching order */
  readonly rules: readonly StoredRule[]
}

export type StoredRule = Omit<DefinitionOptions, 'unit' | 'description'>

/** One thing in which two configurations differ for a series. */
export interface Difference {
  /** null where it concerns the series as a whole */
  readonly interval: string | null
  /** `layout`, `type`, `values`, `quantize`, `interval`, `step`, `resolution` or `steps` */
  readonly what: string
  readonly from: string
  readonly to: string
}

/** The part of a configuration that matters to what is stored. */
export function storageOf(layout: LayoutName, definitions: readonly DefinitionOptions[]): Storage {
  // As JSON, in which it is stored: options that are undefined are not there.
  const rules = definitions.map(({ unit, description, ...rule }) => rule)
  return JSON.parse(JSON.stringify({ layout, rules }))
}

/** The text that is stored. */
export function encodeStorage(storage: Storage): string {
  return JSON.stringify(storage)
}

export function decodeStorage(text: string): Storage {
  return JSON.parse(text)
}

/** Whether the first rules of `whole` are those of `part`, and the same names lie the same way. */
export function startsWith(whole: Storage, part: Storage): boolean {
  return encodeStorage({ ...whole, rules: whole.rules.slice(0, part.rules.length) }) === encodeStorage(part)
}

/**
 * In what a series that lies as `from` says would have to lie otherwise for `to`; nothing where it can stay. More intervals
 * than before are no difference: they are filled from now on. Nor are other `steps`, where the keys remain the same.
 */
export function differencesOf(from: Definition, to: Definition): Difference[] {
  const layouts = compare(null, 'layout', from.model.layout.name, to.model.layout.name)
  const whole = [
    ...layouts,
    ...compare(null, 'type', from.type, to.type),
    ...compare(null, 'values', from.valueType, to.valueType),
    ...compare(null, 'quantize', from.quantize ?? 'none', to.quantize ?? 'none'),
  ]
  const { layout } = to.model
  const parts = [...from.model.intervals.values()].flatMap((before) => {
    const after = to.model.intervals.get(before.name)
    if (!after) return compare(before.name, 'interval', 'configured', 'gone')
    const buckets = [
      ...compare(before.name, 'step', before.step.id, after.step.id),
      ...compare(before.name, 'resolution', before.resolution?.id ?? 'none', after.resolution?.id ?? 'none'),
    ]
    const moved = layouts.length > 0 || buckets.length > 0
    return moved ? buckets : stepsDifference(layout, before, after)
  })
  return [...whole, ...parts]
}

/** Other `steps` are a difference where they lead to other keys. */
function stepsDifference(layout: Layout, before: Interval, after: Interval): Difference[] {
  return layout.geometry(before) === layout.geometry(after)
    ? []
    : compare(before.name, 'steps', before.steps ?? 'all', after.steps ?? 'all')
}

function compare(
  interval: string | null,
  what: string,
  from: string | number,
  to: string | number,
): Difference[] {
  return from === to ? [] : [{ interval, what, from: String(from), to: String(to) }]
}
