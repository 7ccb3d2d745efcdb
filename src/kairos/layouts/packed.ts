import type { Client } from '../cluster.ts'
import { type Interval, untilLeft } from '../interval.ts'
import { type ChunkFormat, type Kind, type RedisType, redisType, type SeriesType } from '../kinds/index.ts'
import { readChunksScript, removeScript } from '../lua/scripts.ts'
import { rethrow } from '../redis-errors.ts'
import { scanKeys } from '../scan.ts'
import { Chunks, LAST_SLOT, type Page } from './chunks.ts'
import {
  type ExtentRequest,
  type Extents,
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
const FULL = 512

/**
 * Our own layout: neighbouring finest buckets share a key, which Redis keeps in a compact encoding.
 *
 *     {prefix}{{name}}:{interval}:{chunk}            a chunk: a list or a hash with a slot for each bucket
 *     {prefix}{{name}}:{interval}:{chunk}:{slot}     what its bucket holds beyond a full chunk, as in layout kairos
 *     {prefix}{{name}}:{interval}                    a sorted set of the chunks that were written
 *
 * Single braces are placeholders; the double ones make the name the hash tag of Redis Cluster. `chunks.ts` tells which
 * bucket lies in which chunk, the `chunk` of each kind how it is told apart there. In prefix and name `%`, `{` and `}`
 * are written as in URLs. Types are not told apart by what Redis keeps: a name is of one type.
 */
export class PackedLayout implements Layout {
  readonly name = 'packed'
  readonly full = FULL
  readonly weeks = 'whole'
  readonly prefix: string
  readonly #intervalsOf: IntervalsOf

  constructor(prefix: string, intervalsOf: IntervalsOf) {
    this.prefix = escapeName(prefix)
    this.#intervalsOf = intervalsOf
  }

  geometry(interval: Interval): number {
    return Chunks.of(interval).geometry
  }

  writes(kind: Kind, { name, interval, step, start }: Place, texts: readonly string[]): readonly KeyWrite[] {
    const { chunk, last, slot } = Chunks.of(interval).locate(step, start)
    // Where a step is divided, a count of nothing opens its bucket nevertheless, as in layout kairos. To −0 any number can be
    // added, and it is no sum of others.
    const opens = kind.type === 'count' && interval.resolution !== null
    const args = texts.length === 0 && opens ? ['-0'] : texts
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
    redis: Client,
    request: ReadRequest<T, V>,
  ): Promise<StepCells<T, V>[][]> {
    return await this.#read(redis, request, 'all')
  }

  /** `sample` where it is enough to know whether buckets hold anything. */
  async #read<T extends SeriesType, V>(
    redis: Client,
    { kind, names, interval, steps, read, now, most }: ReadRequest<T, V>,
    own: 'all' | 'sample',
  ): Promise<StepCells<T, V>[][]> {
    const chunks = Chunks.of(interval)
    const pages = chunks.pages(steps, now)
    const replies = await this.#readPages(redis, { kind, names, interval, chunks, pages, most, own })
    const cellsOf = interval.resolution === null ? coarseCells : fineCells
    return names.map((_, n) => {
      const held = replies.slice(n * pages.length, (n + 1) * pages.length).map(array)
      return cellsOf(steps, pages, held, { format: kind.chunk, decode: (texts) => kind.decode(texts, read) })
    })
  }

  async extents(redis: Client, names: readonly string[], request: ExtentRequest): Promise<Extents> {
    const ofInterval = async (name: string, interval: Interval) => {
      const [first, last] = await Promise.all([
        this.#outermost(redis, name, interval, 'first', request),
        this.#outermost(redis, name, interval, 'last', request),
      ])
      return first === undefined ? [] : [[interval.name, { first, last: last ?? first }] as const]
    }
    const ofName = async (name: string) => {
      const intervals = [...(this.#intervalsOf(name)?.values() ?? [])]
      const extents = await Promise.all(intervals.map((interval) => ofInterval(name, interval)))
      return [name, new Map(extents.flat())] as const
    }
    return new Map(await Promise.all(names.map(ofName)))
  }

  async remove(redis: Client, name: string): Promise<boolean> {
    return Number(await removeScript.run(redis, this.indexes(name), [FULL, LAST_SLOT])) > 0
  }

  /** Each at once: of what is written meanwhile, no chunk is left that its index does not know. */
  async removeAll(redis: Client): Promise<number> {
    const names = new Set<string>()
    for await (const { name } of scanKeys(redis, this)) {
      if (names.has(name)) continue
      names.add(name)
      await this.remove(redis, name)
    }
    return names.size
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

  keys(kind: Kind, name: string, interval: Interval, steps: readonly number[]): readonly string[] {
    const index = this.#indexKey(name, interval)
    const chunks = Chunks.of(interval)
    const held = chunks.spans(steps).flatMap(({ chunk, from, to }) => {
      const key = `${index}:${chunk}`
      if (kind.single) return [key]
      return [key, ...Array.from({ length: to - from + 1 }, (_, i) => `${key}:${from + i}`)]
    })
    return chunks.cut ? [index, ...held] : held // the parts of a step are found by the index
  }

  indexes(name: string): readonly string[] {
    return [...(this.#intervalsOf(name)?.values() ?? [])].map((interval) => this.#indexKey(name, interval))
  }

  keyTypes(kind: Kind): readonly RedisType[] {
    const chunk = kind.chunk.form === 'fields' ? 'hash' : 'list'
    return kind.single ? [chunk] : [chunk, redisType(kind)]
  }

  pattern(name?: string): string {
    const tag = name === undefined ? '*' : escapeGlob(escapeName(name))
    return `${escapeGlob(this.prefix)}{${tag}}:*`
  }

  tag(name: string): string {
    return `{${escapeName(name)}}`
  }

  async #readPages(
    redis: Client,
    { kind, names, interval, chunks, pages, most, own }: PagesRequest,
  ): Promise<readonly unknown[]> {
    const keys = names.flatMap((name) => {
      const index = this.#indexKey(name, interval)
      return pages.map(({ number }) => `${index}:${number}`)
    })
    if (keys.length === 0) return []
    const slots = names.flatMap(() => pages.flatMap(({ from, to }) => [from, to]))
    const mode = chunks.cut ? 'parts' : 'whole'
    // A series begins and ends in a chunk each, of which other buckets may hold all but one value.
    const loaded = most === undefined || kind.single ? most : most + 2 * FULL * names.length
    const args = [kind.chunk.form, mode, kind.readCommand, FULL, loaded ?? '', own, ...slots]
    return array(await readChunksScript.runForJson(redis, keys, args))
  }

  /** The oldest or the newest step that holds data and has not left; undefined where there is none. */
  async #outermost(
    redis: Client,
    name: string,
    interval: Interval,
    end: 'first' | 'last',
    { kindOf, now }: ExtentRequest,
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
      const request = {
        kind: kindOf(name),
        names: [name],
        interval,
        steps,
        now,
        read: (text: string) => text,
      }
      const [cells = []] = await this.#read(redis, request, 'sample')
      // Of a divided step there are only the buckets that were written, or opened.
      const written = ([, cell]: StepCells<SeriesType, string>[number]) =>
        cell !== null || interval.resolution !== null
      const full = steps.filter((_, i) => cells[i]?.some(written))
      const outermost = end === 'first' ? full[0] : full.at(-1)
      if (outermost !== undefined) return outermost
    }
  }

  #indexKey(name: string, interval: Interval): string {
    return `${this.prefix}${this.tag(name)}:${interval.name}`
  }
}

interface PagesRequest {
  readonly kind: Kind
  readonly names: readonly string[]
  readonly interval: Interval
  readonly chunks: Chunks
  readonly pages: readonly Page[]
  readonly most: number | undefined
  readonly own: 'all' | 'sample'
}

/** What the pages hold, where each step is one bucket. */
function coarseCells<C>(
  steps: readonly number[],
  pages: readonly Page[],
  replies: readonly (readonly unknown[])[],
  { format, decode }: Decoder<C>,
): [start: number, cell: C | null][][] {
  const cells = steps.slice(0, pages[0]?.first).map((step): [[number, C | null]] => [[step, null]])
  for (const [p, page] of pages.entries()) {
    const textsOfSlot = slotsOf(format, array(replies[p]?.[0]), page.from)
    for (let at = page.first; at <= page.last; at += 1) {
      const step = steps[at] ?? 0
      const texts = textsOfSlot(page.slotOf(step))
      cells.push([[step, texts ? decode(texts) : null]])
    }
  }
  return cells
}

/** What the pages hold, where a step has several buckets. */
function fineCells<C>(
  steps: readonly number[],
  pages: readonly Page[],
  replies: readonly (readonly unknown[])[],
  { format, decode }: Decoder<C>,
): [start: number, cell: C | null][][] {
  const cells = new Map(steps.map((step): [number, [number, C | null][]] => [step, []]))
  for (const [p, page] of pages.entries()) {
    for (const chunk of replies[p] ?? []) {
      const [part, entries] = array(chunk)
      if (array(entries).length === 0) continue
      const textsOfSlot = slotsOf(format, array(chunk), page.from)
      for (let slot = page.from; slot <= page.to; slot += 1) {
        const texts = textsOfSlot(slot)
        const place = texts && page.placeOf(Number(part), slot)
        if (place) cells.get(place.step)?.push([place.start, decode(texts)])
      }
    }
  }
  return [...cells.values()].map((each) => each.sort(([a], [b]) => a - b))
}

interface Decoder<C> {
  readonly format: ChunkFormat
  readonly decode: (texts: readonly string[]) => C
}

/** Gives a bucket's texts: those of the chunk, then those that went to a key of the bucket's own. */
function slotsOf(
  format: ChunkFormat,
  [_part, entries, ...held]: readonly unknown[],
  from: number,
): (slot: number) => readonly string[] | undefined {
  const shared = format.split(textsOf(entries), from)
  if (held.length === 0) return shared
  const own = new Map<number, readonly string[]>()
  for (let i = 0; i + 1 < held.length; i += 2) own.set(Number(held[i]), textsOf(held[i + 1]))
  return (slot) => {
    const more = own.get(slot)
    return more ? [...(shared(slot) ?? []), ...more] : shared(slot)
  }
}

/** So that it can stand between braces. */
export function escapeName(name: string): string {
  return name.replace(/[%{}]/g, (sign) => encodeURIComponent(sign))
}

/** Undefined where `escapeName` gives no such text. */
function unescapeName(text: string): string | undefined {
  const name = text.replace(/%(25|7B|7D)/g, (code) => decodeURIComponent(code))
  return escapeName(name) === text ? name : undefined
}
