import { withMigration } from '../app.ts'
import { loadConfig } from '../config/index.ts'
import { createLog } from '../log.ts'

/** Says whether the stored series fit the configuration, and what a migration would do. Exits 1 where they do not. */
export async function check(argv: readonly string[]): Promise<void> {
  const config = await loadConfig({ argv, env: process.env, cwd: process.cwd() })
  await withMigration(config, createLog(config.logLevel), async (migration) => {
    const { lines, lossy, underWay } = await migration.report()
    if (lines.length === 0 && !underWay) {
      process.stdout.write('The stored series fit the configuration.\n')
      return
    }
    process.stdout.write([...lines, underWay ? stateOf(underWay) : outlook(lossy), ''].join('\n'))
    process.exitCode = 1
  })
}

function outlook(lossy: boolean): string {
  return lossy
    ? '"kairos migrate" moves nothing as long as something cannot be moved; "kairos migrate --discard" deletes that and moves the rest.'
    : '"kairos migrate" moves them.'
}

function stateOf({ here, moved }: { readonly here: boolean; readonly moved: number }): string {
  const state = `has been begun, ${moved} series are moved`
  return here
    ? `A migration to this configuration ${state}: "kairos migrate" finishes it.`
    : `A migration to another configuration ${state}: ${moved === 0 ? '"kairos migrate" may begin anew with this one.' : 'finish it with that one first.'}`
}
