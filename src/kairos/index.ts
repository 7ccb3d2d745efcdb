export { allMastersOf, type Client, isCluster, mastersOf } from './cluster.ts'
export {
  type ErrorCode,
  faultsSentence,
  type InsertFault,
  KairosError,
  type LimitName,
  quoted,
  TooManyValues,
} from './errors.ts'
export { globMatcher } from './glob.ts'
export type { Interval, IntervalOptions } from './interval.ts'
export type { Data, RedisType, SeriesType, Stored } from './kinds/index.ts'
export type { Extent, Extents, LayoutName } from './layouts/index.ts'
export { CopyFault } from './migration/copy.ts'
export { Migration, MigrationRefused } from './migration/migration.ts'
export { type Insert, LONGEST_NAME } from './model.ts'
export type { StoreObserver } from './observer.ts'
export type { RangeOptions } from './range.ts'
export { refusalOf } from './redis-errors.ts'
export { MigrationUnderWay, StorageConflict } from './store/adoption.ts'
export type { Bucket, HistogramEntry } from './store/bucket.ts'
export { column, type Fill, type Stat } from './store/column.ts'
export type { Definition, DefinitionOptions } from './store/definition.ts'
export { type Grid, grid } from './store/grid.ts'
export type { Plan, Query, Run, Selection, StepsRead } from './store/selection.ts'
export { type SearchOptions, Store } from './store/store.ts'
export type { Value } from './store/value.ts'
export {
  type GetOptions,
  type ReadOptions,
  type SeriesOptions,
  Timeseries,
  type TimeseriesOptions,
  type WriteOptions,
} from './timeseries.ts'
export type { NamedTransform, Transform, Transformed, TransformFunction } from './transform.ts'
export type { InsertResult } from './writer.ts'
