// A process that owns an embedded Redis in the folder it is given, until somebody ends it.
import { startEmbeddedRedis } from '../../src/redis/embedded.ts'

process.on('SIGINT', () => {})
const log = { info() {}, warn() {}, error() {} }
try {
  const { path } = await startEmbeddedRedis({ folder: process.argv[2] ?? '', log })
  process.stdout.write(`${path}\n`)
} catch (error) {
  process.stdout.write(`refused: ${error instanceof Error ? error.message : error}\n`)
}
