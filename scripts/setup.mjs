// Brings what Kairos needs beside Node and npm. It runs before anything is installed: Node's own modules alone.
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { provideBrowser } from './setup/browser.mjs'
import { exclusively } from './setup/exclusively.mjs'
import { Failure, runCommand } from './setup/failure.mjs'
import { providePackages } from './setup/npm-packages.mjs'
import { provideRedisServer } from './setup/redis-server.mjs'

/**
 * Brings the npm packages, a redis-server unless another is used, and, where asked for, a browser. What is there is left alone, so that a
 * second run takes no time.
 *
 * @param {{ redis?: boolean, browser?: boolean }} [options]
 * @returns {Promise<{ browser?: string }>} the browser's path
 * @throws {Failure}
 */
export async function setup({ redis = true, browser = false } = {}) {
  requireNode(process.versions.node)
  return exclusively(async () => {
    await providePackages()
    if (redis) await provideRedisServer()
    return browser ? { browser: await provideBrowser() } : {}
  })
}

/** @param {string} version */
export function requireNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new Failure(
    `Kairos needs Node 20.19 or newer, and this is Node ${version}: please install a newer one.`,
  )
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await runCommand(async () => {
    await setup({ browser: process.argv.includes('--browser') })
  })
}
