import { count } from './count.ts'
import { gauge } from './gauge.ts'
import { histogram } from './histogram.ts'
import type { Kind, SeriesType } from './kind.ts'
import { series } from './series.ts'
import { set } from './set.ts'

/** Every type of series, by its name. */
export const kinds: { readonly [T in SeriesType]: Kind<T> } = { series, histogram, count, gauge, set }

export type { Cells, ChunkFormat, Data, Kind, RedisType, SeriesType, Stored, WriteCommand } from './kind.ts'
export { ForeignData, redisType } from './kind.ts'
