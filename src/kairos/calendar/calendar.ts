import { checkTime, checkWhole, LATEST, type Step } from './step.ts'
import { FIRST_DAY, type Unit } from './units.ts'
import type { Zone } from './zone.ts'

/** Buckets that are runs of days as the clocks of `zone` show them; `name` tells `unit` from other units. */
export function calendarStep(unit: Unit, zone: Zone, name: string, label: string): Step {
  const start = (index: number) => zone.startOfDay(unit.first(index))
  const indexAt = (t: number) => unit.index(zone.dayAt(t))
  const encode = (bucket: number) => unit.encode(unit.first(indexAt(bucket)))

  const { ordinal, index } = bucketsAmong(unit, zone)
  const last = encode(LATEST)
  const lastIndex = indexAt(LATEST)
  const firstIndex = unit.index(FIRST_DAY)
  let from = Number.NaN
  let until = Number.NaN

  return {
    label,
    id: `${name} ${zone.name}`,
    seconds: undefined,
    floor: (t) => {
      // Most times lie in the same bucket as the one before.
      if (t >= from && t < until) return from
      const at = indexAt(checkTime(t))
      const found = start(at)
      until = start(at + 1)
      from = found
      return from
    },
    offset: (bucket, n) => start(index(ordinal(indexAt(bucket)) + checkWhole(n))),
    distance: (a, b) => ordinal(indexAt(b)) - ordinal(indexAt(a)),
    index: indexAt,
    at: (at) => {
      if (!(Number.isInteger(at) && at >= firstIndex && at <= lastIndex)) return undefined
      const bucket = start(at)
      return indexAt(bucket) === at ? bucket : undefined
    },
    encode,
    decode: (number) => {
      const at = unit.index(unit.decode(number))
      if (!(number >= 0 && number <= last) || unit.encode(unit.first(at)) !== number) return undefined
      const bucket = start(at)
      return encode(bucket) === number ? bucket : undefined
    },
  }
}

/** Numbers the buckets without gaps: a run whose every day was skipped in the zone is none, and is not counted. */
function bucketsAmong(unit: Unit, zone: Zone) {
  const isSkipped = (run: number) => zone.startOfDay(unit.first(run)) === zone.startOfDay(unit.first(run + 1))
  let found: readonly number[] | undefined
  const skipped = () => (found ??= zone.skippedDays().map(unit.index).filter(isSkipped))
  return {
    ordinal: (index: number) => index - skipped().filter((run) => run < index).length,
    index: (ordinal: number) => skipped().reduce((index, run) => (run <= index ? index + 1 : index), ordinal),
  }
}
