import { range } from '../calendar/index.ts'
import type { Client } from '../cluster.ts'
import { finest, type Interval, untilLeft } from '../interval.ts'
import { type Kind, type RedisType, redisType, type SeriesType } from '../kinds/index.ts'
import { readScript } from '../lua/scripts.ts'
import { scanKeys, unlinkKeys } from '../scan.ts'
import {
  type Extent,
  type Extents,
  escapeGlob,
  type IntervalsOf,
  type KeyWrite,
  type Layout,
  type Located,
  OURS,
  type Place,
  type ReadRequest,
  type StepCells,
} from './layout.ts'
import { array, textsOf } from './reply.ts'

/**
 * The layout of the Python library kairos 0.10.1, byte for byte, so that both can share a Redis:
 *
 *     {prefix}{name}:{interval}:{bucket}                  without a resolution: the data itself
 *     {prefix}{name}:{interval}:{bucket}                  else: a set of resolution buckets, and
 *     {prefix}{name}:{interval}:{bucket}:{resolution}     the data of each
 *
 * Braces are placeholders; a bucket is the number that its step encodes it as.
 */
export class KairosLayout implements Layout {
  readonly name = 'kairos'
  readonly full = null
  readonly weeks = 'split'
  readonly prefix: string
  readonly #intervalsOf: IntervalsOf

  /** `prefix` stands before every key as it is. */
  constructor(prefix: string, intervalsOf: IntervalsOf) {
    this.prefix = prefix
    this.#intervalsOf = intervalsOf
  }

  geometry(): number {
    return 1
  }

  writes(kind: Kind, { name, interval, step, start }: Place, texts: readonly string[]): readonly KeyWrite[] {
    const key = this.#stepKey(name, interval, step)
    const until = untilLeft(interval, step)
    const data = (dataKey: string): KeyWrite[] =>
      texts.length === 0 ? [] : [{ key: dataKey, command: kind.writeCommand, args: texts, until }]
    if (interval.resolution === null) return data(key)
    const resolution = String(interval.resolution.encode(start))
    return [{ key, command: 'SADD', args: [resolution], until }, ...data(`${key}:${resolution}`)]
  }

  async read<T extends SeriesType, V>(
    redis: Client,
    { kind, names, interval, steps, read, most }: ReadRequest<T, V>,
  ): Promise<StepCells<T, V>[][]> {
    const keys = names.flatMap((name) => steps.map((step) => this.#stepKey(name, interval, step)))
    const mode = interval.resolution === null ? 'coarse' : 'fine'
    const replies = array(await readScript.runForJson(redis, keys, [kind.readCommand, mode, most ?? '']))
    const { decode } = finest(interval)
    const cellsAt = (at: number, step: number): StepCells<T, V> =>
      mode === 'coarse'
        ? [[step, kind.decode(textsOf(replies[at]), read)]]
        : fineCells(array(replies[at]), decode, (data) => kind.decode(data, read)).filter(
            // A count of nothing leaves no data, but its bucket was opened; of other types the data have expired.
            ([, cell]) => cell !== null || kind.type === 'count',
          )
    return names.map((_, n) => steps.map((step, s) => cellsAt(n * steps.length + s, step)))
  }

  /** Walks the keyspace, once however many names there are. */
  async extents(redis: Client, names: readonly string[]): Promise<Extents> {
    const all = new Map(names.map((name) => [name, new Map<string, Extent>()]))
    const [only] = names.length === 1 ? names : []
    for await (const { name, interval, steps } of scanKeys(redis, this, only)) {
      const extents = all.get(name)
      if (!extents) continue
      const [step = 0] = steps
      const { first, last } = extents.get(interval.name) ?? { first: step, last: step }
      extents.set(interval.name, { first: Math.min(first, step), last: Math.max(last, step) })
    }
    return all
  }

  async remove(redis: Client, name: string): Promise<boolean> {
    return (await unlinkKeys(redis, this, name)).has(name)
  }

  async removeAll(redis: Client): Promise<number> {
    return (await unlinkKeys(redis, this)).size
  }

  locate(key: string): Located | undefined {
    if (!key.startsWith(this.prefix) || key.startsWith(`${OURS}:`)) return undefined
    const [name, intervalName, bucket, resolution, ...rest] = key.slice(this.prefix.length).split(':')
    const interval = name && intervalName ? this.#intervalsOf(name)?.get(intervalName) : undefined
    if (!name || !interval || !isNumber(bucket) || rest.length > 0) return undefined
    if (resolution !== undefined && !(interval.resolution && isNumber(resolution))) return undefined
    const step = interval.step.decode(Number(bucket))
    return step === undefined ? undefined : { name, interval, steps: [step] }
  }

  keys(_kind: Kind, name: string, interval: Interval, steps: readonly number[]): readonly string[] {
    const { step, resolution } = interval
    return steps.flatMap((start) => {
      const key = this.#stepKey(name, interval, start)
      if (resolution === null) return [key]
      const within = range(resolution, start, step.offset(start, 1) - 1)
      return [key, ...within.map((each) => `${key}:${resolution.encode(each)}`)]
    })
  }

  indexes(): readonly string[] {
    return []
  }

  keyTypes(kind: Kind, { resolution }: Interval): readonly RedisType[] {
    return resolution === null ? [redisType(kind)] : ['set', redisType(kind)]
  }

  pattern(name?: string): string {
    return `${escapeGlob(this.prefix)}${name === undefined ? '*' : `${escapeGlob(name)}:*`}`
  }

  tag(name: string): string {
    return name
  }

  #stepKey(name: string, interval: Interval, step: number): string {
    return `${this.prefix}${name}:${interval.name}:${interval.step.encode(step)}`
  }
}

/** `reply` is the numbers of the resolution buckets, in no order, and the data of each. */
function fineCells<C>(
  reply: readonly unknown[],
  decode: (number: number) => number | undefined,
  cellOf: (data: readonly string[]) => C,
): (readonly [number, C])[] {
  const data = array(reply[1])
  return array(reply[0])
    .map((number, i): [number | undefined, number] => [decode(Number(number)), i])
    .filter((entry): entry is [number, number] => entry[0] !== undefined)
    .sort(([a], [b]) => a - b)
    .map(([start, i]) => [start, cellOf(textsOf(data[i]))])
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^-?\d+$/.test(text)
}
