/** The operations of `schema/operations`, typed: what goes into each, and what comes out. */
export * from './generated/graphql.ts'
