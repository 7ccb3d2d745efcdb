import { Failure } from './failure.mjs'
import { install } from './package-managers.mjs'
import { findPrograms, isExecutable } from './programs.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const onMac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/**
 * Sees to it that there is a Chromium or Chrome for the tests in a browser.
 *
 * @returns {Promise<string>} its path
 * @throws {Failure} that says what to install
 */
export async function provideBrowser() {
  const named = process.env.CHROMIUM_PATH
  if (named && !(await isExecutable(named))) throw new Failure(`CHROMIUM_PATH names no program: ${named}`)
  const found =
    named || (await findBrowser()) || (await install('browser', 'Installing Chromium', findBrowser))
  if (found) return found
  throw new Failure(
    'The tests need Chromium or Google Chrome, and this user cannot install it: ' +
      'ask for the package "chromium" to be installed, or set CHROMIUM_PATH, then repeat this command.',
  )
}

/** @returns {Promise<string | undefined>} */
async function findBrowser() {
  const [onPath] = await findPrograms(names)
  return onPath ?? ((await isExecutable(onMac)) ? onMac : undefined)
}
