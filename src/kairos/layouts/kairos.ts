import type { Redis } from 'ioredis'
import { finest, type Interval } from '../interval.ts'
import type { Kind, SeriesType, Stored } from '../kinds/index.ts'
import { readScript } from '../lua/scripts.ts'
import type { KeyWrite, Layout, Place, ReadRequest, StepCells } from './layout.ts'

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
  readonly #prefix: string
  readonly #intervalsOf: (name: string) => ReadonlyMap<string, Interval> | undefined

  /** `prefix` stands before every key as it is; `intervalsOf` knows which a series has, undefined where it is none of ours. */
  constructor(prefix: string, intervalsOf: (name: string) => ReadonlyMap<string, Interval> | undefined) {
    this.#prefix = prefix
    this.#intervalsOf = intervalsOf
  }

  writes(kind: Kind, { name, interval, step, start }: Place, values: readonly Stored[]): readonly KeyWrite[] {
    const key = this.#stepKey(name, interval, step)
    const args = kind.encode(values)
    const data = (dataKey: string): KeyWrite[] =>
      args.length === 0 ? [] : [{ key: dataKey, command: kind.writeCommand, args }]
    if (interval.resolution === null) return data(key)
    const resolution = interval.resolution.encode(start)
    return [{ key, command: 'SADD', args: [resolution] }, ...data(`${key}:${resolution}`)]
  }

  async read<T extends SeriesType, V>(
    redis: Redis,
    { kind, names, interval, steps, read }: ReadRequest<T, V>,
  ): Promise<StepCells<T, V>[][]> {
    const keys = names.flatMap((name) => steps.map((step) => this.#stepKey(name, interval, step)))
    const mode = interval.resolution === null ? 'coarse' : 'fine'
    const replies = array(await readScript.run(redis, keys, [kind.readCommand, mode]))
    const cellsAt = (at: number, step: number): StepCells<T, V> =>
      mode === 'coarse'
        ? new Map([[step, kind.decode(replies[at], read)]])
        : fineCells(array(replies[at]), finest(interval).decode, (data) => kind.decode(data, read))
    return names.map((_, n) => steps.map((step, s) => cellsAt(n * steps.length + s, step)))
  }

  locate(key: string): Omit<Place, 'start'> | undefined {
    if (!key.startsWith(this.#prefix)) return undefined
    const [name, intervalName, bucket, resolution, ...rest] = key.slice(this.#prefix.length).split(':')
    const interval = name && intervalName ? this.#intervalsOf(name)?.get(intervalName) : undefined
    if (!name || !interval || !isNumber(bucket) || rest.length > 0) return undefined
    if (resolution !== undefined && !(interval.resolution && isNumber(resolution))) return undefined
    const step = interval.step.decode(Number(bucket))
    return step === undefined ? undefined : { name, interval, step }
  }

  pattern(name?: string): string {
    return `${escapeGlob(this.#prefix)}${name === undefined ? '*' : `${escapeGlob(name)}:*`}`
  }

  #stepKey(name: string, interval: Interval, step: number): string {
    return `${this.#prefix}${name}:${interval.name}:${interval.step.encode(step)}`
  }
}

/** `reply` is the numbers of the resolution buckets, in no order, and the data of each. */
function fineCells<C>(
  reply: readonly unknown[],
  decode: (number: number) => number | undefined,
  cellOf: (data: unknown) => C,
): Map<number, C> {
  const data = array(reply[1])
  return new Map(
    array(reply[0])
      .map((number, i): [number | undefined, number] => [decode(Number(number)), i])
      .filter((entry): entry is [number, number] => entry[0] !== undefined)
      .sort(([a], [b]) => a - b)
      .map(([start, i]) => [start, cellOf(data[i])]),
  )
}

function array(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : []
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^-?\d+$/.test(text)
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&')
}
