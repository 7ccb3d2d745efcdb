import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What Kairos keeps in its folder beside the sources; `src/redis/find-server.ts` looks into its `bin`. */
export const privateFolder = join(root, '.kairos')
