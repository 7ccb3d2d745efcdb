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
    "query Definitions {\n  definitions {\n    name\n    match\n    type\n    valueType\n    unit\n    description\n    intervals {\n      name\n      step\n      steps\n    }\n  }\n}": typeof types.DefinitionsDocument,
    "subscription LiveCount($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n      }\n    }\n  }\n}": typeof types.LiveCountDocument,
    "subscription LiveDistribution($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n        mean\n        min\n        max\n        p95: percentile(p: 95)\n      }\n    }\n  }\n}": typeof types.LiveDistributionDocument,
    "subscription LiveGauge($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        value\n      }\n    }\n  }\n}": typeof types.LiveGaugeDocument,
    "subscription LiveSet($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n        members(first: 20)\n      }\n    }\n  }\n}": typeof types.LiveSetDocument,
};
const documents: Documents = {
    "query Definitions {\n  definitions {\n    name\n    match\n    type\n    valueType\n    unit\n    description\n    intervals {\n      name\n      step\n      steps\n    }\n  }\n}": types.DefinitionsDocument,
    "subscription LiveCount($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n      }\n    }\n  }\n}": types.LiveCountDocument,
    "subscription LiveDistribution($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n        mean\n        min\n        max\n        p95: percentile(p: 95)\n      }\n    }\n  }\n}": types.LiveDistributionDocument,
    "subscription LiveGauge($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        value\n      }\n    }\n  }\n}": types.LiveGaugeDocument,
    "subscription LiveSet($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n        members(first: 20)\n      }\n    }\n  }\n}": types.LiveSetDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Definitions {\n  definitions {\n    name\n    match\n    type\n    valueType\n    unit\n    description\n    intervals {\n      name\n      step\n      steps\n    }\n  }\n}"): typeof import('./graphql.ts').DefinitionsDocument;
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
export function graphql(source: "subscription LiveSet($name: String!, $interval: String!, $after: String) {\n  series(name: $name, interval: $interval, after: $after) {\n    kind\n    cursor\n    removed\n    changed {\n      buckets {\n        timestamp\n        seconds\n        count\n        members(first: 20)\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').LiveSetDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
