import { withMigration } from '../app.ts'
import { loadConfig } from '../config/index.ts'
import { createLog } from '../log.ts'

/** Says whether the stored series fit the configuration, and what a migration would do. Exits 1 where they do not. */
export async function check(argv: readonly string[]): Promise<void> {
  const config = await loadConfig({ argv, env: process.env, cwd: process.cwd() })
  await withMigration(config, createLog(config.logLevel), async (migration) => {
    const lines = await migration.report()
    process.stdout.write(
      `${lines.length === 0 ? 'The stored series fit the configuration.' : lines.join('\n')}\n`,
    )
    if (lines.length > 0) process.exitCode = 1
  })
}
