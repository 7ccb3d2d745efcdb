import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const candidates = ['/usr/bin/chromium', '/usr/bin/google-chrome']

/** The machine's Chromium: `CHROMIUM_PATH`, else where Debian and Google put it. It calls nobody by itself. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH || candidates.find((path) => existsSync(path))
  if (!executablePath)
    throw new Error(`No Chromium: set CHROMIUM_PATH, or install it as ${candidates.join(' or ')}`)
  return await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  })
}
