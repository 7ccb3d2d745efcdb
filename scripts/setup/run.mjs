import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import { Failure } from './failure.mjs'
import { root } from './project.mjs'

const linesKept = 15
const { stdout } = process

/**
 * Runs one step that may take long, in the project's folder and with nothing to read. On a terminal one line shows its
 * latest output; elsewhere every line is passed on.
 *
 * @param {string} title what the step does
 * @param {readonly string[]} command the program and its arguments
 * @param {{ cwd?: string, isFragile?: boolean }} [options] a fragile program leaves damage when it is killed, so that
 * a signal has to wait until it ends by itself; default false
 * @returns {Promise<readonly string[]>} the last lines of output
 * @throws {Failure} with the last lines of output, when the program is missing or its exit code is not 0
 */
export async function run(title, [program = '', ...args], { cwd = root, isFragile = false } = {}) {
  const started = performance.now()
  /** @type {string[]} */
  const lines = []
  const display = stdout.isTTY ? statusLine(title) : logLines(title)
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (line) => {
      lines.push(line)
      if (lines.length > linesKept) lines.shift()
      display.show(line)
    })
  }
  const how = await endOf(child, isFragile)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  display.finish(`${title}: ${how === undefined ? 'done in' : 'no success after'} ${seconds} s`)
  if (how !== undefined)
    throw new Failure(`${title} failed: "${[program, ...args].join(' ')}" ended with ${how}.`, lines)
  return lines
}

/**
 * A signal that ends this process ends the child first. npm works on after one, to the end.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {boolean} isFragile
 * @returns {Promise<string | undefined>} how it failed
 */
function endOf(child, isFragile) {
  return new Promise((resolve) => {
    /** @type {NodeJS.Signals | undefined} */
    let received
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      received = signal
      child.kill(signal)
      if (!isFragile) setTimeout(() => child.kill('SIGKILL'), 1000).unref()
    }
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
    for (const signal of signals) process.on(signal, pass)
    /** @param {string | undefined} how */
    const end = (how) => {
      for (const signal of signals) process.off(signal, pass)
      if (received !== undefined) process.kill(process.pid, received)
      resolve(how)
    }
    child.once('error', (error) => end(error.message))
    child.once('close', (code, signal) => end(code === 0 ? undefined : (signal ?? `exit code ${code}`)))
  })
}

/** @param {string} title */
function statusLine(title) {
  /** @param {string} text */
  const rewrite = (text) => stdout.write(`\r\x1b[2K${text.slice(0, (stdout.columns || 80) - 1)}`)
  rewrite(`${title} …`)
  return {
    /** @param {string} line */
    show: (line) =>
      rewrite(
        `${title}: ${stripVTControlCharacters(line)
          .replaceAll(/\p{Cc}/gu, ' ')
          .trim()}`,
      ),
    /** @param {string} summary */
    finish: (summary) => {
      rewrite(summary)
      stdout.write('\n')
    },
  }
}

/** @param {string} title */
function logLines(title) {
  console.log(`${title} …`)
  return {
    /** @param {string} line */
    show: (line) => console.log(`  ${line}`),
    /** @param {string} summary */
    finish: (summary) => console.log(summary),
  }
}
