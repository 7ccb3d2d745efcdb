import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { privateFolder } from './project.mjs'

/** Seconds between signs of life of a process that has a claim, and those after which it counts as dead. */
const beat = 5
const deadAfter = 60

/**
 * Does `work` while no other process does exclusive work in this checkout; waits for its turn.
 *
 * Everyone makes a claim first, a file `exclusive.<pid>`, and looks for others then: of two, at least the later one
 * sees the other. The one with the lowest pid stays and goes on when the others have gone; the rest withdraw and try
 * again. Claims of the dead are ignored, and removed by whoever sees them.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @param {string} [folder]
 * @returns {Promise<T>}
 */
export async function exclusively(work, folder = privateFolder) {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const claim = join(folder, `exclusive.${process.pid}`)
  const alive = setInterval(() => utimes(claim, new Date(), new Date()).catch(() => {}), beat * 1000)
  const withdraw = () => rm(claim, { force: true })
  try {
    await takeTurn(folder, claim, withdraw)
    return await work()
  } finally {
    clearInterval(alive)
    await withdraw()
  }
}

/**
 * @param {string} folder
 * @param {string} claim
 * @param {() => Promise<void>} withdraw
 */
async function takeTurn(folder, claim, withdraw) {
  for (let waited = 0; ; waited += 0.1) {
    await writeFile(claim, '')
    const others = await living(folder)
    if (others.length === 0) return
    if (Math.min(...others) < process.pid) await withdraw()
    // A rival that gives way does so at once.
    if (Math.round(waited * 10) === 5)
      console.log(`Waiting for another setup in this folder (process ${others[0]}) …`)
    await delay(100)
  }
}

/**
 * The pids of the others.
 *
 * @param {string} folder
 */
async function living(folder) {
  /** @type {number[]} */
  const pids = []
  for (const name of await readdir(folder)) {
    const pid = Number(/^exclusive\.(\d+)$/.exec(name)?.[1] ?? process.pid)
    if (pid === process.pid) continue
    const file = join(folder, name)
    const age = await stat(file).then(
      ({ mtimeMs }) => (Date.now() - mtimeMs) / 1000,
      () => undefined,
    )
    if (age === undefined) continue
    if (age < deadAfter && isAlive(pid)) pids.push(pid)
    else await rm(file, { force: true })
  }
  return pids
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
