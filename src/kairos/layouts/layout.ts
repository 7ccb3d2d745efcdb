import type { Redis } from 'ioredis'
import type { Interval } from '../interval.ts'
import type { Cells, Kind, SeriesType, Stored, WriteCommand } from '../kinds/index.ts'

/** Where a finest bucket lies: the resolution bucket where the interval has a resolution, else the interval's own. */
export interface Place {
  readonly name: string
  readonly interval: Interval
  /** start of the step that it lies in */
  readonly step: number
  /** its own start */
  readonly start: number
}

/** One command of `write.lua`. */
export interface KeyWrite {
  readonly key: string
  readonly command: WriteCommand
  readonly args: readonly Stored[]
}

/** The finest buckets of one step that hold data, oldest first, by their start; null where one was opened but holds none. */
export type StepCells<T extends SeriesType, V> = ReadonlyMap<number, Cells<V>[T] | null>

export interface ReadRequest<T extends SeriesType, V> {
  readonly kind: Kind<T>
  readonly names: readonly string[]
  readonly interval: Interval
  /** starts of the steps, ascending */
  readonly steps: readonly number[]
  readonly read: (text: string) => V
}

/** Which key holds which bucket, and back. */
export interface Layout {
  /** The writes that record `values`, in order, in one bucket. */
  writes(kind: Kind, place: Place, values: readonly Stored[]): readonly KeyWrite[]
  /** One round trip: for each name its steps, aligned with `request.steps`. Throws RangeError on foreign data. */
  read<T extends SeriesType, V>(redis: Redis, request: ReadRequest<T, V>): Promise<StepCells<T, V>[][]>
  /** The step whose data are under `key`; undefined where the key is none of ours. */
  locate(key: string): Omit<Place, 'start'> | undefined
  /** A Redis glob that matches every key of one series, or of all; `locate` tells for sure. */
  pattern(name?: string): string
}
