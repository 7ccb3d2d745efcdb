// Writes schema/kairos.config.schema.json from the settings in src/config/settings.ts.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const { module } = await runnerImport(`${root}src/config/json-schema.ts`, { configFile: false, root })
await writeFile(`${root}schema/kairos.config.schema.json`, module.configJsonSchema())
