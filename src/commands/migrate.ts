import { withMigration } from '../app.ts'
import { loadConfig } from '../config/index.ts'
import { createLog } from '../log.ts'

/** Milliseconds between two lines of progress. */
const PROGRESS = 1000

/** Moves the stored series to the configuration. Interrupted, it goes on where it stopped when it is run again. */
export async function migrate(argv: readonly string[]): Promise<void> {
  const discard = argv.includes('--discard')
  const flags = argv.filter((argument) => argument !== '--discard')
  const config = await loadConfig({ argv: flags, env: process.env, cwd: process.cwd() })
  await withMigration(config, createLog(config.logLevel), async (migration) => {
    const { lines } = await migration.report()
    for (const line of lines) process.stdout.write(`${line}\n`)
    let told = performance.now()
    const moved = await migration.run({
      discard,
      onProgress({ all, copied, moved }) {
        if (performance.now() - told < PROGRESS) return
        told = performance.now()
        process.stdout.write(`of ${all} series ${copied} are copied, ${moved} moved\n`)
      },
    })
    const are = moved === 1 ? 'is' : 'are'
    process.stdout.write(
      moved === 0 ? 'There was nothing to move.\n' : `Done: ${moved} series ${are} moved.\n`,
    )
  })
}
