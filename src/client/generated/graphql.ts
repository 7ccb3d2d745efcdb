/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What `column` gives where a bucket has no number. */
export type Fill =
  /** on the line between its neighbours, null at either end */
  | 'LINEAR'
  /** null: a gap in the line */
  | 'NULL'
  /** the number before it, null at the beginning */
  | 'PREVIOUS'
  /** 0, as for what adds up */
  | 'ZERO';

/** One value for one series. */
export type InsertInput = {
  /** of the series, 1 to 512 characters without `:` or control characters; the first definition that matches it decides, else UNKNOWN_SERIES */
  name: string;
  /** write it also to this many steps after (above 0) or before (below 0), in every interval; at most 1,000, and each copy counts as a value */
  spread?: number;
  /** defaults to now */
  timestamp?: number | string | null | undefined;
  /** optional for COUNT, where it is the amount and defaults to 1 */
  value?: string | number | boolean | null | undefined;
};

/** What one bucket keeps. */
export type SeriesType =
  /** one running total */
  | 'COUNT'
  /** the last value written */
  | 'GAUGE'
  /** each distinct value with how often it occurred */
  | 'HISTOGRAM'
  /** a list: every value, in order of arrival */
  | 'SERIES'
  /** the distinct values */
  | 'SET';

/** A number that a bucket can give; `Bucket` says what it means for each type. */
export type Stat =
  /** how many values; of a COUNT the total; 0 where a bucket is empty */
  | 'COUNT'
  /** SERIES: the first of `values`, the oldest; otherwise null */
  | 'FIRST'
  /** SERIES: the last of `values`, the newest; otherwise null */
  | 'LAST'
  /** the largest value, in its unit */
  | 'MAX'
  /** average of the values, in their unit */
  | 'MEAN'
  /** the smallest value, in its unit */
  | 'MIN'
  /** needs `p` */
  | 'PERCENTILE'
  /** `count` a second, over the whole span; 0 where a bucket is empty */
  | 'RATE'
  /** standard deviation, of the population, in the unit of the values */
  | 'STDDEV'
  /** of the values, in their unit; of a COUNT the total */
  | 'SUM';

/** What to do with an update. */
export type UpdateKind =
  /** only buckets that are new or changed, each one whole: put them over those with the same timestamp */
  | 'DELTA'
  /** the whole window: replace what you hold */
  | 'SNAPSHOT';

/** How values are checked on the way in and read back. */
export type ValueType =
  /** true or false; no numbers, so `count` and `rate` only */
  | 'BOOLEAN'
  /** a finite number */
  | 'FLOAT'
  /** a whole number within ±(2^53−1) */
  | 'INTEGER'
  /** a text, of at most 1,024 characters unless `limits.maxValueLength` says otherwise */
  | 'STRING';

export type CataloguePageQueryVariables = Exact<{
  match?: string | null | undefined;
  search?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type CataloguePageQuery = { catalogue: { edges: Array<{ cursor: string, node: { name: string, definition: { name: string, type: SeriesType, valueType: ValueType, unit: string | null }, extents: Array<{ last: number, interval: { name: string, step: string } }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type DashboardQueryVariables = Exact<{
  names: Array<string> | string;
  start: number | string;
  end?: number | string | null | undefined;
  maxPoints?: number;
}>;


export type DashboardQuery = { seriesList: Array<{ names: Array<string>, type: SeriesType, unit: string | null, end: number, timestamps: Array<number>, count: Array<number | null>, mean: Array<number | null> } | null> };

export type DefinitionQueryVariables = Exact<{
  name: string;
}>;


export type DefinitionQuery = { definition: { name: string, type: SeriesType, valueType: ValueType, quantize: number | null, unit: string | null, description: string | null, intervals: Array<{ name: string, step: string, steps: number | null, resolution: string, timeZone: string }> } | null };

export type DefinitionsQueryVariables = Exact<{ [key: string]: never; }>;


export type DefinitionsQuery = { definitions: Array<{ name: string, match: Array<string>, type: SeriesType, valueType: ValueType, quantize: number | null, unit: string | null, description: string | null, intervals: Array<{ name: string, step: string, steps: number | null, resolution: string, timeZone: string }> }> };

export type DeleteMutationVariables = Exact<{
  names: Array<string> | string;
}>;


export type DeleteMutation = { delete: { deleted: number } | null };

export type HeatMapQueryVariables = Exact<{
  name: string;
  start: number | string;
  end?: number | string | null | undefined;
  maxPoints?: number;
  width?: number | null | undefined;
}>;


export type HeatMapQuery = { series: { unit: string | null, end: number, timestamps: Array<number>, grid: { width: number, from: number, counts: Array<Array<number>> } | null } | null };

export type InfoQueryVariables = Exact<{
  name: string;
  interval?: string | null | undefined;
}>;


export type InfoQuery = { info: { name: string, definition: { name: string, type: SeriesType, valueType: ValueType, unit: string | null, description: string | null }, extents: Array<{ first: number, last: number, interval: { name: string, step: string } }>, latest: { timestamp: number, seconds: number, count: number, mean: number | null, value: string | number | boolean | null } | null } | null };

export type InsertManyMutationVariables = Exact<{
  inserts: Array<InsertInput> | InsertInput;
  id?: string | number | null | undefined;
}>;


export type InsertManyMutation = { insertMany: { inserted: number, expired: number, duplicate: boolean } | null };

export type InsertMutationVariables = Exact<{
  name: string;
  value?: string | number | boolean | null | undefined;
  timestamp?: number | string | null | undefined;
  spread?: number;
  id?: string | number | null | undefined;
}>;


export type InsertMutation = { insert: { inserted: number, expired: number, duplicate: boolean } | null };

export type JoinedSeriesQueryVariables = Exact<{
  names: Array<string> | string;
  start: number | string;
  end?: number | string | null | undefined;
  maxPoints?: number;
  stat: Stat;
  p?: number | null | undefined;
}>;


export type JoinedSeriesQuery = { join: { names: Array<string>, unit: string | null, end: number, timestamps: Array<number>, column: Array<number | null> } | null };

export type LiveCountSubscriptionVariables = Exact<{
  name: string;
  interval: string;
  after?: string | null | undefined;
}>;


export type LiveCountSubscription = { series: { kind: UpdateKind, cursor: string, removed: Array<number>, changed: { buckets: Array<{ timestamp: number, seconds: number, count: number }> } } };

export type LiveDistributionSubscriptionVariables = Exact<{
  name: string;
  interval: string;
  after?: string | null | undefined;
}>;


export type LiveDistributionSubscription = { series: { kind: UpdateKind, cursor: string, removed: Array<number>, changed: { buckets: Array<{ timestamp: number, seconds: number, count: number, mean: number | null, min: number | null, max: number | null, p95: number | null }> } } };

export type LiveGaugeSubscriptionVariables = Exact<{
  name: string;
  interval: string;
  after?: string | null | undefined;
}>;


export type LiveGaugeSubscription = { series: { kind: UpdateKind, cursor: string, removed: Array<number>, changed: { buckets: Array<{ timestamp: number, seconds: number, value: string | number | boolean | null }> } } };

export type LiveJoinedSubscriptionVariables = Exact<{
  names: Array<string> | string;
  interval: string;
  after?: string | null | undefined;
}>;


export type LiveJoinedSubscription = { join: { kind: UpdateKind, cursor: string, removed: Array<number>, changed: { names: Array<string>, unit: string | null, buckets: Array<{ timestamp: number, seconds: number, count: number, sum: number | null, mean: number | null }> } } };

export type LiveSetSubscriptionVariables = Exact<{
  name: string;
  interval: string;
  after?: string | null | undefined;
}>;


export type LiveSetSubscription = { series: { kind: UpdateKind, cursor: string, removed: Array<number>, changed: { buckets: Array<{ timestamp: number, seconds: number, count: number, members: Array<string | number | boolean> | null }> } } };

export type SeriesBucketsQueryVariables = Exact<{
  name: string;
  interval: string;
  start?: number | string | null | undefined;
  end?: number | string | null | undefined;
  steps?: number | null | undefined;
  condensed?: boolean;
}>;


export type SeriesBucketsQuery = { series: { type: SeriesType, unit: string | null, end: number, buckets: Array<{ timestamp: number, seconds: number, empty: boolean, count: number, sum: number | null, mean: number | null, min: number | null, max: number | null, value: string | number | boolean | null, values: Array<string | number | boolean> | null, members: Array<string | number | boolean> | null, p95: number | null, entries: Array<{ value: string | number | boolean, count: number }> | null }> } | null };

export type SeriesColumnsQueryVariables = Exact<{
  name: string;
  start: number | string;
  end?: number | string | null | undefined;
  maxPoints?: number;
  stat: Stat;
  p?: number | null | undefined;
  fill?: Fill;
}>;


export type SeriesColumnsQuery = { series: { unit: string | null, folded: number, end: number, timestamps: Array<number>, column: Array<number | null>, interval: { name: string, step: string } } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const CataloguePageDocument = new TypedDocumentString(`
    query CataloguePage($match: String, $search: String, $first: Int! = 100, $after: String) {
  catalogue(match: $match, search: $search, first: $first, after: $after) {
    edges {
      cursor
      node {
        name
        definition {
          name
          type
          valueType
          unit
        }
        extents {
          interval {
            name
            step
          }
          last
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `, {"hash":"sha256:0b3725d08516afde4282ac1329017865e0467239233e360860f8c8742ef047e6"}) as unknown as TypedDocumentString<CataloguePageQuery, CataloguePageQueryVariables>;
export const DashboardDocument = new TypedDocumentString(`
    query Dashboard($names: [String!]!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 100) {
  seriesList(names: $names, start: $start, end: $end, maxPoints: $maxPoints) {
    names
    type
    unit
    end
    timestamps
    count: column(stat: COUNT)
    mean: column(stat: MEAN)
  }
}
    `, {"hash":"sha256:2cd2657a357b1f9bc594cdc34c1d78deae44681150f6fc20bc48970533212af1"}) as unknown as TypedDocumentString<DashboardQuery, DashboardQueryVariables>;
export const DefinitionDocument = new TypedDocumentString(`
    query Definition($name: String!) {
  definition(name: $name) {
    name
    type
    valueType
    quantize
    unit
    description
    intervals {
      name
      step
      steps
      resolution
      timeZone
    }
  }
}
    `, {"hash":"sha256:d64aab102ca5479f7857c354351ac04bb2f717f6deb3a1e3d8dd500a4c55ff01"}) as unknown as TypedDocumentString<DefinitionQuery, DefinitionQueryVariables>;
export const DefinitionsDocument = new TypedDocumentString(`
    query Definitions {
  definitions {
    name
    match
    type
    valueType
    quantize
    unit
    description
    intervals {
      name
      step
      steps
      resolution
      timeZone
    }
  }
}
    `, {"hash":"sha256:8108a0c0fadfbe7d0b706ba2f5d224d0cbf260b2a1a4e5b2befe29eb194f9dae"}) as unknown as TypedDocumentString<DefinitionsQuery, DefinitionsQueryVariables>;
export const DeleteDocument = new TypedDocumentString(`
    mutation Delete($names: [String!]!) {
  delete(names: $names) {
    deleted
  }
}
    `, {"hash":"sha256:8fc445c6a5207aeb38092aadf74c1276cddae1613f5659efe4f1d7cd9f7e0ea1"}) as unknown as TypedDocumentString<DeleteMutation, DeleteMutationVariables>;
export const HeatMapDocument = new TypedDocumentString(`
    query HeatMap($name: String!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 200, $width: Float) {
  series(name: $name, start: $start, end: $end, maxPoints: $maxPoints) {
    unit
    end
    timestamps
    grid(width: $width) {
      width
      from
      counts
    }
  }
}
    `, {"hash":"sha256:6427ddff0c6afb75bef8ed482791f4dc293a82076093c5b337a888ab3ae3937a"}) as unknown as TypedDocumentString<HeatMapQuery, HeatMapQueryVariables>;
export const InfoDocument = new TypedDocumentString(`
    query Info($name: String!, $interval: String) {
  info(name: $name) {
    name
    definition {
      name
      type
      valueType
      unit
      description
    }
    extents {
      interval {
        name
        step
      }
      first
      last
    }
    latest(interval: $interval) {
      timestamp
      seconds
      count
      mean
      value
    }
  }
}
    `, {"hash":"sha256:d9af6a751d08502a89600dc2ec68c6eb7370c5d5e458b5c4e36380f0d25274df"}) as unknown as TypedDocumentString<InfoQuery, InfoQueryVariables>;
export const InsertManyDocument = new TypedDocumentString(`
    mutation InsertMany($inserts: [InsertInput!]!, $id: ID) {
  insertMany(inserts: $inserts, id: $id) {
    inserted
    expired
    duplicate
  }
}
    `, {"hash":"sha256:ae3d3e64a8f17917703f8fe830019b633c609a2d6bb85bc29db1e59a08b2110e"}) as unknown as TypedDocumentString<InsertManyMutation, InsertManyMutationVariables>;
export const InsertDocument = new TypedDocumentString(`
    mutation Insert($name: String!, $value: Value, $timestamp: Timestamp, $spread: Int! = 0, $id: ID) {
  insert(
    name: $name
    value: $value
    timestamp: $timestamp
    spread: $spread
    id: $id
  ) {
    inserted
    expired
    duplicate
  }
}
    `, {"hash":"sha256:277a9d7544a15915932d407b1e82166797430c082897f98e88f3f831ce1604ec"}) as unknown as TypedDocumentString<InsertMutation, InsertMutationVariables>;
export const JoinedSeriesDocument = new TypedDocumentString(`
    query JoinedSeries($names: [String!]!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 500, $stat: Stat!, $p: Float) {
  join(names: $names, start: $start, end: $end, maxPoints: $maxPoints) {
    names
    unit
    end
    timestamps
    column(stat: $stat, p: $p)
  }
}
    `, {"hash":"sha256:bd7f7b80ea788e9cf30bd66324a0b76377745c76939bc179000a90caae1fd99a"}) as unknown as TypedDocumentString<JoinedSeriesQuery, JoinedSeriesQueryVariables>;
export const LiveCountDocument = new TypedDocumentString(`
    subscription LiveCount($name: String!, $interval: String!, $after: String) {
  series(name: $name, interval: $interval, after: $after) {
    kind
    cursor
    removed
    changed {
      buckets {
        timestamp
        seconds
        count
      }
    }
  }
}
    `, {"hash":"sha256:37f336cc5791c925eff565ddde634cf8a56399e0ff6f0559f3e9a88ac88963b6"}) as unknown as TypedDocumentString<LiveCountSubscription, LiveCountSubscriptionVariables>;
export const LiveDistributionDocument = new TypedDocumentString(`
    subscription LiveDistribution($name: String!, $interval: String!, $after: String) {
  series(name: $name, interval: $interval, after: $after) {
    kind
    cursor
    removed
    changed {
      buckets {
        timestamp
        seconds
        count
        mean
        min
        max
        p95: percentile(p: 95)
      }
    }
  }
}
    `, {"hash":"sha256:b06e96a6b978cb3dc1d6b4512e26bc162b7d526dd23edc79e10704b9af8093b3"}) as unknown as TypedDocumentString<LiveDistributionSubscription, LiveDistributionSubscriptionVariables>;
export const LiveGaugeDocument = new TypedDocumentString(`
    subscription LiveGauge($name: String!, $interval: String!, $after: String) {
  series(name: $name, interval: $interval, after: $after) {
    kind
    cursor
    removed
    changed {
      buckets {
        timestamp
        seconds
        value
      }
    }
  }
}
    `, {"hash":"sha256:9216f5b9a61ce97a7b6a67e8de81bd6e8b6c6c6c5d04da0e45603819ebdc7f77"}) as unknown as TypedDocumentString<LiveGaugeSubscription, LiveGaugeSubscriptionVariables>;
export const LiveJoinedDocument = new TypedDocumentString(`
    subscription LiveJoined($names: [String!]!, $interval: String!, $after: String) {
  join(names: $names, interval: $interval, after: $after) {
    kind
    cursor
    removed
    changed {
      names
      unit
      buckets {
        timestamp
        seconds
        count
        sum
        mean
      }
    }
  }
}
    `, {"hash":"sha256:0c111e93c1f8a7b06de7ea55b4e669efc2ffa78eab7c1f049a5dce826edb2196"}) as unknown as TypedDocumentString<LiveJoinedSubscription, LiveJoinedSubscriptionVariables>;
export const LiveSetDocument = new TypedDocumentString(`
    subscription LiveSet($name: String!, $interval: String!, $after: String) {
  series(name: $name, interval: $interval, after: $after) {
    kind
    cursor
    removed
    changed {
      buckets {
        timestamp
        seconds
        count
        members(first: 20)
      }
    }
  }
}
    `, {"hash":"sha256:2d1bb2b5e2e98472c8f6c669301ef46176e1fd9bcac932fa88d8350ef17f87a3"}) as unknown as TypedDocumentString<LiveSetSubscription, LiveSetSubscriptionVariables>;
export const SeriesBucketsDocument = new TypedDocumentString(`
    query SeriesBuckets($name: String!, $interval: String!, $start: Timestamp, $end: Timestamp, $steps: Int, $condensed: Boolean! = false) {
  series(
    name: $name
    interval: $interval
    start: $start
    end: $end
    steps: $steps
    condensed: $condensed
  ) {
    type
    unit
    end
    buckets {
      timestamp
      seconds
      empty
      count
      sum
      mean
      min
      max
      p95: percentile(p: 95)
      value
      values(last: 10)
      entries(top: 10) {
        value
        count
      }
      members(first: 10)
    }
  }
}
    `, {"hash":"sha256:abfa22c0a8ad82e400b57346e282785da9e4b60a9c0ce7ad097dae5ebdd4fc43"}) as unknown as TypedDocumentString<SeriesBucketsQuery, SeriesBucketsQueryVariables>;
export const SeriesColumnsDocument = new TypedDocumentString(`
    query SeriesColumns($name: String!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 500, $stat: Stat!, $p: Float, $fill: Fill! = NULL) {
  series(name: $name, start: $start, end: $end, maxPoints: $maxPoints) {
    unit
    interval {
      name
      step
    }
    folded
    end
    timestamps
    column(stat: $stat, p: $p, fill: $fill)
  }
}
    `, {"hash":"sha256:a79370588d2e2d3b2613d9b053564b312f71e5d062cb5b3274efb01a968e1293"}) as unknown as TypedDocumentString<SeriesColumnsQuery, SeriesColumnsQueryVariables>;