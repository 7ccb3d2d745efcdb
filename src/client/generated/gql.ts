/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query CataloguePage($match: String, $search: String, $first: Int! = 100, $after: String) {\n  catalogue(match: $match, search: $search, first: $first, after: $after) {\n    edges {\n      cursor\n      node {\n        name\n        definition {\n          name\n          type\n          valueType\n          unit\n        }\n        extents {\n          interval {\n            name\n            step\n          }\n          last\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": typeof types.CataloguePageDocument,
    "query Dashboard($names: [String!]!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 100) {\n  seriesList(names: $names, start: $start, end: $end, maxPoints: $maxPoints) {\n    names\n    type\n    unit\n    end\n    timestamps\n    count: column(stat: COUNT)\n    mean: column(stat: MEAN)\n  }\n}": typeof types.DashboardDocument,
    "query Definition($name: String!) {\n  definition(name: $name) {\n    name\n    type\n    valueType\n    quantize\n    unit\n    description\n    intervals {\n      name\n      step\n      steps\n      resolution\n      timeZone\n    }\n  }\n}": typeof types.DefinitionDocument,
    "query Definitions {\n  definitions {\n    name\n    match\n    type\n    valueType\n    quantize\n    unit\n    description\n    intervals {\n      name\n      step\n      steps\n      resolution\n      timeZone\n    }\n  }\n}": typeof types.DefinitionsDocument,
    "mutation Delete($names: [String!]!) {\n  delete(names: $names) {\n    deleted\n  }\n}": typeof types.DeleteDocument,
    "query HeatMap($name: String!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 200, $width: Float) {\n  series(name: $name, start: $start, end: $end, maxPoints: $maxPoints) {\n    unit\n    end\n    timestamps\n    grid(width: $width) {\n      width\n      from\n      counts\n    }\n  }\n}": typeof types.HeatMapDocument,
    "query Info($name: String!, $interval: String) {\n  info(name: $name) {\n    name\n    definition {\n      name\n      type\n      valueType\n      unit\n      description\n    }\n    extents {\n      interval {\n        name\n        step\n      }\n      first\n      last\n    }\n    latest(interval: $interval) {\n      timestamp\n      seconds\n      count\n      mean\n      value\n    }\n  }\n}": typeof types.InfoDocument,
    "mutation InsertMany($inserts: [InsertInput!]!, $id: ID) {\n  insertMany(inserts: $inserts, id: $id) {\n    inserted\n    expired\n    duplicate\n  }\n}": typeof types.InsertManyDocument,
    "mutation Insert($name: String!, $value: Value, $timestamp: Timestamp, $spread: Int! = 0, $id: ID) {\n  insert(\n    name: $name\n    value: $value\n    timestamp: $timestamp\n    spread: $spread\n    id: $id\n  ) {\n    inserted\n    expired\n    duplicate\n  }\n}": typeof types.InsertDocument,
    "query JoinedSeries($names: [String!]!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 500, $stat: Stat!, $p: Float) {\n  join(names: $names, start: $start, end: $end, maxPoints: $maxPoints) {\n    names\n    unit\n    end\n    timestamps\n    column(stat: $stat, p: $p)\n  }\n}": typeof types.JoinedSeriesDocument,
    "subscription LiveCount($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n      }\n    }\n  }\n}": typeof types.LiveCountDocument,
    "subscription LiveDistribution($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n        mean\n        min\n        max\n        p95: percentile(p: 95)\n      }\n    }\n  }\n}": typeof types.LiveDistributionDocument,
    "subscription LiveGauge($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        value\n      }\n    }\n  }\n}": typeof types.LiveGaugeDocument,
    "subscription LiveJoined($names: [String!]!, $interval: String!, $after: String) {\n  join(names: $names, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      names\n      unit\n      buckets {\n        timestamp\n        seconds\n        count\n        sum\n        mean\n      }\n    }\n  }\n}": typeof types.LiveJoinedDocument,
    "subscription LiveSet($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n        members(first: 20)\n      }\n    }\n  }\n}": typeof types.LiveSetDocument,
    "query SeriesBuckets($name: String!, $interval: String!, $start: Timestamp, $end: Timestamp, $steps: Int, $condensed: Boolean! = false) {\n  series(\n    name: $name\n    interval: $interval\n    start: $start\n    end: $end\n    steps: $steps\n    condensed: $condensed\n  ) {\n    type\n    unit\n    end\n    buckets {\n      timestamp\n      seconds\n      empty\n      count\n      sum\n      mean\n      min\n      max\n      p95: percentile(p: 95)\n      value\n      values(last: 10)\n      entries(top: 10) {\n        value\n        count\n      }\n      members(first: 10)\n    }\n  }\n}": typeof types.SeriesBucketsDocument,
    "query SeriesColumns($name: String!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 500, $stat: Stat!, $p: Float, $fill: Fill! = NULL) {\n  series(name: $name, start: $start, end: $end, maxPoints: $maxPoints) {\n    unit\n    interval {\n      name\n      step\n    }\n    folded\n    end\n    timestamps\n    column(stat: $stat, p: $p, fill: $fill)\n  }\n}": typeof types.SeriesColumnsDocument,
};
const documents: Documents = {
    "query CataloguePage($match: String, $search: String, $first: Int! = 100, $after: String) {\n  catalogue(match: $match, search: $search, first: $first, after: $after) {\n    edges {\n      cursor\n      node {\n        name\n        definition {\n          name\n          type\n          valueType\n          unit\n        }\n        extents {\n          interval {\n            name\n            step\n          }\n          last\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": types.CataloguePageDocument,
    "query Dashboard($names: [String!]!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 100) {\n  seriesList(names: $names, start: $start, end: $end, maxPoints: $maxPoints) {\n    names\n    type\n    unit\n    end\n    timestamps\n    count: column(stat: COUNT)\n    mean: column(stat: MEAN)\n  }\n}": types.DashboardDocument,
    "query Definition($name: String!) {\n  definition(name: $name) {\n    name\n    type\n    valueType\n    quantize\n    unit\n    description\n    intervals {\n      name\n      step\n      steps\n      resolution\n      timeZone\n    }\n  }\n}": types.DefinitionDocument,
    "query Definitions {\n  definitions {\n    name\n    match\n    type\n    valueType\n    quantize\n    unit\n    description\n    intervals {\n      name\n      step\n      steps\n      resolution\n      timeZone\n    }\n  }\n}": types.DefinitionsDocument,
    "mutation Delete($names: [String!]!) {\n  delete(names: $names) {\n    deleted\n  }\n}": types.DeleteDocument,
    "query HeatMap($name: String!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 200, $width: Float) {\n  series(name: $name, start: $start, end: $end, maxPoints: $maxPoints) {\n    unit\n    end\n    timestamps\n    grid(width: $width) {\n      width\n      from\n      counts\n    }\n  }\n}": types.HeatMapDocument,
    "query Info($name: String!, $interval: String) {\n  info(name: $name) {\n    name\n    definition {\n      name\n      type\n      valueType\n      unit\n      description\n    }\n    extents {\n      interval {\n        name\n        step\n      }\n      first\n      last\n    }\n    latest(interval: $interval) {\n      timestamp\n      seconds\n      count\n      mean\n      value\n    }\n  }\n}": types.InfoDocument,
    "mutation InsertMany($inserts: [InsertInput!]!, $id: ID) {\n  insertMany(inserts: $inserts, id: $id) {\n    inserted\n    expired\n    duplicate\n  }\n}": types.InsertManyDocument,
    "mutation Insert($name: String!, $value: Value, $timestamp: Timestamp, $spread: Int! = 0, $id: ID) {\n  insert(\n    name: $name\n    value: $value\n    timestamp: $timestamp\n    spread: $spread\n    id: $id\n  ) {\n    inserted\n    expired\n    duplicate\n  }\n}": types.InsertDocument,
    "query JoinedSeries($names: [String!]!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 500, $stat: Stat!, $p: Float) {\n  join(names: $names, start: $start, end: $end, maxPoints: $maxPoints) {\n    names\n    unit\n    end\n    timestamps\n    column(stat: $stat, p: $p)\n  }\n}": types.JoinedSeriesDocument,
    "subscription LiveCount($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n      }\n    }\n  }\n}": types.LiveCountDocument,
    "subscription LiveDistribution($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n        mean\n        min\n        max\n        p95: percentile(p: 95)\n      }\n    }\n  }\n}": types.LiveDistributionDocument,
    "subscription LiveGauge($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        value\n      }\n    }\n  }\n}": types.LiveGaugeDocument,
    "subscription LiveJoined($names: [String!]!, $interval: String!, $after: String) {\n  join(names: $names, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      names\n      unit\n      buckets {\n        timestamp\n        seconds\n        count\n        sum\n        mean\n      }\n    }\n  }\n}": types.LiveJoinedDocument,
    "subscription LiveSet($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n        members(first: 20)\n      }\n    }\n  }\n}": types.LiveSetDocument,
    "query SeriesBuckets($name: String!, $interval: String!, $start: Timestamp, $end: Timestamp, $steps: Int, $condensed: Boolean! = false) {\n  series(\n    name: $name\n    interval: $interval\n    start: $start\n    end: $end\n    steps: $steps\n    condensed: $condensed\n  ) {\n    type\n    unit\n    end\n    buckets {\n      timestamp\n      seconds\n      empty\n      count\n      sum\n      mean\n      min\n      max\n      p95: percentile(p: 95)\n      value\n      values(last: 10)\n      entries(top: 10) {\n        value\n        count\n      }\n      members(first: 10)\n    }\n  }\n}": types.SeriesBucketsDocument,
    "query SeriesColumns($name: String!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 500, $stat: Stat!, $p: Float, $fill: Fill! = NULL) {\n  series(name: $name, start: $start, end: $end, maxPoints: $maxPoints) {\n    unit\n    interval {\n      name\n      step\n    }\n    folded\n    end\n    timestamps\n    column(stat: $stat, p: $p, fill: $fill)\n  }\n}": types.SeriesColumnsDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query CataloguePage($match: String, $search: String, $first: Int! = 100, $after: String) {\n  catalogue(match: $match, search: $search, first: $first, after: $after) {\n    edges {\n      cursor\n      node {\n        name\n        definition {\n          name\n          type\n          valueType\n          unit\n        }\n        extents {\n          interval {\n            name\n            step\n          }\n          last\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"): typeof import('./graphql.ts').CataloguePageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Dashboard($names: [String!]!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 100) {\n  seriesList(names: $names, start: $start, end: $end, maxPoints: $maxPoints) {\n    names\n    type\n    unit\n    end\n    timestamps\n    count: column(stat: COUNT)\n    mean: column(stat: MEAN)\n  }\n}"): typeof import('./graphql.ts').DashboardDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Definition($name: String!) {\n  definition(name: $name) {\n    name\n    type\n    valueType\n    quantize\n    unit\n    description\n    intervals {\n      name\n      step\n      steps\n      resolution\n      timeZone\n    }\n  }\n}"): typeof import('./graphql.ts').DefinitionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Definitions {\n  definitions {\n    name\n    match\n    type\n    valueType\n    quantize\n    unit\n    description\n    intervals {\n      name\n      step\n      steps\n      resolution\n      timeZone\n    }\n  }\n}"): typeof import('./graphql.ts').DefinitionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation Delete($names: [String!]!) {\n  delete(names: $names) {\n    deleted\n  }\n}"): typeof import('./graphql.ts').DeleteDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query HeatMap($name: String!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 200, $width: Float) {\n  series(name: $name, start: $start, end: $end, maxPoints: $maxPoints) {\n    unit\n    end\n    timestamps\n    grid(width: $width) {\n      width\n      from\n      counts\n    }\n  }\n}"): typeof import('./graphql.ts').HeatMapDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Info($name: String!, $interval: String) {\n  info(name: $name) {\n    name\n    definition {\n      name\n      type\n      valueType\n      unit\n      description\n    }\n    extents {\n      interval {\n        name\n        step\n      }\n      first\n      last\n    }\n    latest(interval: $interval) {\n      timestamp\n      seconds\n      count\n      mean\n      value\n    }\n  }\n}"): typeof import('./graphql.ts').InfoDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation InsertMany($inserts: [InsertInput!]!, $id: ID) {\n  insertMany(inserts: $inserts, id: $id) {\n    inserted\n    expired\n    duplicate\n  }\n}"): typeof import('./graphql.ts').InsertManyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation Insert($name: String!, $value: Value, $timestamp: Timestamp, $spread: Int! = 0, $id: ID) {\n  insert(\n    name: $name\n    value: $value\n    timestamp: $timestamp\n    spread: $spread\n    id: $id\n  ) {\n    inserted\n    expired\n    duplicate\n  }\n}"): typeof import('./graphql.ts').InsertDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query JoinedSeries($names: [String!]!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 500, $stat: Stat!, $p: Float) {\n  join(names: $names, start: $start, end: $end, maxPoints: $maxPoints) {\n    names\n    unit\n    end\n    timestamps\n    column(stat: $stat, p: $p)\n  }\n}"): typeof import('./graphql.ts').JoinedSeriesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription LiveCount($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').LiveCountDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription LiveDistribution($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n        mean\n        min\n        max\n        p95: percentile(p: 95)\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').LiveDistributionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription LiveGauge($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        value\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').LiveGaugeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription LiveJoined($names: [String!]!, $interval: String!, $after: String) {\n  join(names: $names, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      names\n      unit\n      buckets {\n        timestamp\n        seconds\n        count\n        sum\n        mean\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').LiveJoinedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription LiveSet($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n        members(first: 20)\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').LiveSetDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SeriesBuckets($name: String!, $interval: String!, $start: Timestamp, $end: Timestamp, $steps: Int, $condensed: Boolean! = false) {\n  series(\n    name: $name\n    interval: $interval\n    start: $start\n    end: $end\n    steps: $steps\n    condensed: $condensed\n  ) {\n    type\n    unit\n    end\n    buckets {\n      timestamp\n      seconds\n      empty\n      count\n      sum\n      mean\n      min\n      max\n      p95: percentile(p: 95)\n      value\n      values(last: 10)\n      entries(top: 10) {\n        value\n        count\n      }\n      members(first: 10)\n    }\n  }\n}"): typeof import('./graphql.ts').SeriesBucketsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SeriesColumns($name: String!, $start: Timestamp!, $end: Timestamp, $maxPoints: Int! = 500, $stat: Stat!, $p: Float, $fill: Fill! = NULL) {\n  series(name: $name, start: $start, end: $end, maxPoints: $maxPoints) {\n    unit\n    interval {\n      name\n      step\n    }\n    folded\n    end\n    timestamps\n    column(stat: $stat, p: $p, fill: $fill)\n  }\n}"): typeof import('./graphql.ts').SeriesColumnsDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
