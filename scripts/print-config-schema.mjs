// Writes schema/kairos.config.schema.json from src/config/settings.ts; with --check only says whether that file is fresh.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const file = `${root}schema/kairos.config.schema.json`
const { module } = await runnerImport(`${root}src/config/json-schema.ts`, { configFile: false, root })
const printed = module.configJsonSchema()
if (!process.argv.includes('--check')) {
  await writeFile(file, printed)
} else if ((await readFile(file, 'utf8').catch(() => '')) !== printed) {
  console.error('schema/kairos.config.schema.json is stale: run `npm run generate` and commit it')
  process.exitCode = 1
}
