import { check } from './commands/check.ts'
import { migrate } from './commands/migrate.ts'
import { serve } from './commands/serve.ts'
import { asksForHelp, ConfigError, flagsHelp } from './config/index.ts'
import { CopyFault, MigrationRefused, MigrationUnderWay, StorageConflict } from './kairos/index.ts'
import { RedisUnreachableError } from './redis/connect.ts'
import { EmbeddedRedisError } from './redis/embedded-redis-error.ts'
import { ListenError } from './server/listen.ts'
import { TrustedDocumentsError } from './server/operations/trusted-documents.ts'

const commands: Readonly<Record<string, (argv: readonly string[]) => Promise<void>>> = {
  serve,
  check,
  migrate,
}

const help = () => `kairos: live time series over GraphQL, stored in Redis

  kairos serve [FLAGS]
  kairos check [FLAGS]              do the stored series fit the configuration, and what would become of them
  kairos migrate [--discard] [FLAGS]    move them to it, while no server runs; --discard: delete what cannot be moved

${flagsHelp()}

A flag wins over the environment, that over the file.
`

/** Errors that are the operator's to mend: their message says how, a stack would only hide it. */
const sentences = [
  ConfigError,
  EmbeddedRedisError,
  RedisUnreachableError,
  ListenError,
  TrustedDocumentsError,
  StorageConflict,
  MigrationUnderWay,
  MigrationRefused,
  CopyFault,
]

/** `argv` without node and script: a command and its flags. Sets the exit code: 0, 1 where it failed, 2 where it was asked wrongly. */
export async function main(argv: readonly string[]): Promise<void> {
  const [name = '', ...rest] = argv
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (asksForHelp(argv)) {
    process.stdout.write(help())
  } else if (!command) {
    process.stderr.write(help())
    process.exitCode = 2
  } else {
    await command(rest).catch((error: unknown) => {
      if (!sentences.some((each) => error instanceof each)) throw error
      process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
      process.exitCode = 1
    })
  }
}
