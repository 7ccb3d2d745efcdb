import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from './project.mjs'

/**
 * Runs a TypeScript file of the checkout as a process of its own, over this one's terminal. A signal ends it, and it what it started,
 * before this process ends.
 *
 * @param {string} file from the project's folder
 * @param {readonly string[]} [args]
 * @returns {Promise<number>} its exit code, 1 where a signal ended it
 */
export async function runTypescript(file, args = []) {
  const loader = join(root, 'test', 'support', 'run-typescript.mjs')
  const child = spawn(process.execPath, ['--import', loader, join(root, file), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  const stay = () => {} // a terminal's Ctrl-C reaches it, too
  const pass = () => child.kill('SIGTERM')
  process.on('SIGINT', stay).on('SIGTERM', pass)
  const [code] = await once(child, 'exit')
  process.off('SIGINT', stay).off('SIGTERM', pass)
  return code ?? 1
}
