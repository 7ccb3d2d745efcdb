import type { Redis } from 'ioredis'
import { type Interval, untilLeft } from '../interval.ts'
import type { Cells, Kind, SeriesType } from '../kinds/index.ts'
import { readChunksScript, removeScript } from '../lua/scripts.ts'
import { rethrow } from '../redis-errors.ts'
import { Chunks, LAST_SLOT, type Page } from './chunks.ts'
import {
  type Extent,
  type ExtentRequest,
  escapeGlob,
  type IntervalsOf,
  type KeyWrite,
  type Layout,
  type Located,
  type Place,
  type ReadRequest,
  type StepCells,
} from './layout.ts'
import { array, textsOf } from './reply.ts'

/** The most values in a chunk; beyond them Redis would keep a hash in its large encoding. */
export const MOST_ENTRIES = 512

/**
 * Our own layout: neighbouring finest buckets share a key, which Redis keeps in a compact encoding.
 *
 *     {prefix}{{name}}:{interval}:{chunk}            a chunk: a hash or a list of slots, one slot for each bucket
 *     {prefix}{{name}}:{interval}:{chunk}:{slot}     what its bucket holds beyond a full chunk, as in layout kairos
 *     {prefix}{{name}}:{interval}                    a sorted set of the chunks that were written
 *
 * Single braces are placeholders; the double ones make the name the hash tag of Redis Cluster. `chunks.ts` tells which
 * bucket lies in which chunk, the `chunk` of each kind how it is told apart there. In prefix and name `%`, `{` and `}`
 * are written as in URLs.
 */
export class PackedLayout implements Layout {
  readonly name = 'packed'
  readonly chunked = true
  readonly weeks = 'whole'
  readonly prefix: string
  readonly #intervalsOf: IntervalsOf

  constructor(prefix: string, intervalsOf: IntervalsOf) {
    this.prefix = escapeName(prefix)
    this.#intervalsOf = intervalsOf
  }

  writes(kind: Kind, { name, interval, step, start }: Place, texts: readonly string[]): readonly KeyWrite[] {
    const { chunk, last, slot } = Chunks.of(interval).locate(step, start)
    // Where a step is divided, a count of nothing opens its bucket nevertheless, as in layout kairos.
    const opens = kind.type === 'count' && interval.resolution !== null
    const args = texts.length === 0 && opens ? ['0'] : texts
    if (args.length === 0) return []
    return [
      {
        key: `${this.#indexKey(name, interval)}:${chunk}`,
        command: kind.writeCommand,
        args: kind.chunk.enter(slot, args),
        until: untilLeft(interval, last),
      },
    ]
  }

  async read<T extends SeriesType, V>(
    redis: Redis,
    { kind, names, interval, steps, read, now }: ReadRequest<T, V>,
  ): Promise<StepCells<T, V>[][]> {
    const chunks = Chunks.of(interval)
    const pages = chunks.pages(steps, now)
    const replies = await this.#readPages(redis, { kind, names, interval, chunks, pages })
    return names.map((_, n) => {
      const found: [start: number, cell: Cells<V>[T] | null][][] = steps.map(() => [])
      pages.forEach((page, p) => {
        for (const chunk of array(replies[n * pages.length + p])) {
          const [part, ...held] = array(chunk)
          for (const [slot, data] of slotsOf(kind, held)) {
            const place = page.placeOf(Number(part), slot)
            if (place) found[place.at]?.push([place.start, kind.decode(data, read)])
          }
        }
      })
      return interval.resolution === null
        ? found.map((cells, s) => [cells[0] ?? [steps[s] ?? 0, null]])
        : found.map((cells) => cells.sort(([a], [b]) => a - b))
    })
  }

  async extents(redis: Redis, name: string, request: ExtentRequest): Promise<Map<string, Extent>> {
    const extents = new Map<string, Extent>()
    for (const interval of this.#intervalsOf(name)?.values() ?? []) {
      const first = await this.#outermost(redis, name, interval, 'first', request)
      const last = first && (await this.#outermost(redis, name, interval, 'last', request))
      if (first !== undefined && last !== undefined) extents.set(interval.name, { first, last })
    }
    return extents
  }

  async remove(redis: Redis, name: string): Promise<boolean> {
    const indexes = [...(this.#intervalsOf(name)?.values() ?? [])].map((each) => this.#indexKey(name, each))
    return Number(await removeScript.run(redis, indexes, [MOST_ENTRIES, LAST_SLOT])) > 0
  }

  locate(key: string): Located | undefined {
    if (!key.startsWith(`${this.prefix}{`)) return undefined
    const [tag = '', intervalName = '', chunk, slot, ...rest] = key.slice(this.prefix.length).split(':')
    const name = tag.endsWith('}') ? unescapeName(tag.slice(1, -1)) : undefined
    const interval = name && this.#intervalsOf(name)?.get(intervalName)
    if (!name || !interval || rest.length > 0) return undefined
    if (chunk === undefined) return { name, interval, steps: [] }
    const steps = Chunks.of(interval).stepsOf(chunk, slot)
    return steps && { name, interval, steps }
  }

  pattern(name?: string): string {
    const tag = name === undefined ? '*' : escapeGlob(escapeName(name))
    return `${escapeGlob(this.prefix)}{${tag}}:*`
  }

  async #readPages(
    redis: Redis,
    { kind, names, interval, chunks, pages }: PagesRequest,
  ): Promise<readonly unknown[]> {
    const keys = names.flatMap((name) => {
      const index = this.#indexKey(name, interval)
      return pages.map(({ number }) => `${index}:${number}`)
    })
    if (keys.length === 0) return []
    const { readCommand, overflows } = kind.chunk
    const own = overflows
      ? [kind.readCommand, MOST_ENTRIES, ...names.flatMap(() => pages.flatMap(({ from, to }) => [from, to]))]
      : []
    const mode = chunks.cut ? 'parts' : 'whole'
    return array(await readChunksScript.runForJson(redis, keys, [readCommand, mode, ...own]))
  }

  /** The oldest or the newest step that holds data and has not left; undefined where there is none. */
  async #outermost(
    redis: Redis,
    name: string,
    interval: Interval,
    end: 'first' | 'last',
    { kind, now }: ExtentRequest,
  ): Promise<number | undefined> {
    const chunks = Chunks.of(interval)
    const index = this.#indexKey(name, interval)
    const oldest = chunks.oldest(now)
    for (let at = 0; ; at += 1) {
      const found =
        end === 'first'
          ? redis.zrangebyscore(index, oldest, '+inf', 'LIMIT', at, 1)
          : redis.zrevrangebyscore(index, '+inf', oldest, 'LIMIT', at, 1)
      const [chunk] = await found.catch(rethrow)
      if (chunk === undefined) return undefined
      const steps = chunks.stepsOf(chunk) ?? []
      const request = { kind, names: [name], interval, steps, now, read: (text: string) => text }
      const [cells = []] = await this.read(redis, request)
      const full = steps.filter((_, i) => cells[i]?.some(([, cell]) => cell !== null))
      const outermost = end === 'first' ? full[0] : full.at(-1)
      if (outermost !== undefined) return outermost
    }
  }

  #indexKey(name: string, interval: Interval): string {
    return `${this.prefix}{${escapeName(name)}}:${interval.name}`
  }
}

interface PagesRequest {
  readonly kind: Kind
  readonly names: readonly string[]
  readonly interval: Interval
  readonly chunks: Chunks
  readonly pages: readonly Page[]
}

/** Each bucket's texts: those of the chunk, then those that went to a key of the bucket's own. */
function slotsOf(kind: Kind, [entries, ...own]: readonly unknown[]): Map<number, string[]> {
  const slots = kind.chunk.split(textsOf(entries))
  for (let i = 0; i + 1 < own.length; i += 2) {
    const slot = Number(own[i])
    slots.set(slot, [...(slots.get(slot) ?? []), ...textsOf(own[i + 1])])
  }
  return slots
}

function escapeName(name: string): string {
  return name.replace(/[%{}]/g, (sign) => encodeURIComponent(sign))
}

/** Undefined where `escapeName` gives no such text. */
function unescapeName(text: string): string | undefined {
  const name = text.replace(/%(25|7B|7D)/g, (code) => decodeURIComponent(code))
  return escapeName(name) === text ? name : undefined
}
