// Prints the schema that is served to schema/schema.graphql; with --check only says whether that file is fresh.
import { readFile, writeFile } from 'node:fs/promises'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { build } from './build.mjs'

const file = new URL('../schema/schema.graphql', import.meta.url)
await build()
const { schema } = await import(new URL('../dist/graphql/schema.js', import.meta.url).href)
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`
if (!process.argv.includes('--check')) {
  await writeFile(file, printed)
} else if ((await readFile(file, 'utf8').catch(() => '')) !== printed) {
  console.error('schema/schema.graphql is stale: run `npm run generate` and commit it')
  process.exitCode = 1
}
