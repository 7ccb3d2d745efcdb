/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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

/** What to do with an update. */
export type UpdateKind =
  /** only buckets that are new or changed, each one whole: put them over those with the same timestamp */
  | 'DELTA'
  /** the whole window: replace what you hold */
  | 'SNAPSHOT';

/** How values are checked on the way in and read back. */
export type ValueType =
  /** true or false */
  | 'BOOLEAN'
  /** a finite number */
  | 'FLOAT'
  /** a whole number within ±(2^53−1) */
  | 'INTEGER'
  /** a text */
  | 'STRING';

export type DefinitionsQueryVariables = Exact<{ [key: string]: never; }>;


export type DefinitionsQuery = { definitions: Array<{ name: string, match: Array<string>, type: SeriesType, valueType: ValueType, unit: string | null, description: string | null, intervals: Array<{ name: string, step: string, steps: number | null }> }> };

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

export type LiveSetSubscriptionVariables = Exact<{
  name: string;
  interval: string;
  after?: string | null | undefined;
}>;


export type LiveSetSubscription = { series: { kind: UpdateKind, cursor: string, removed: Array<number>, changed: { buckets: Array<{ timestamp: number, seconds: number, count: number, members: Array<string | number | boolean> | null }> } } };

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

export const DefinitionsDocument = new TypedDocumentString(`
    query Definitions {
  definitions {
    name
    match
    type
    valueType
    unit
    description
    intervals {
      name
      step
      steps
    }
  }
}
    `, {"hash":"sha256:d4185941d839f582d576b864e99c62de54db03b01babc86233d0a0aeca959a89"}) as unknown as TypedDocumentString<DefinitionsQuery, DefinitionsQueryVariables>;
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