/** What the user can do something about: told without a stack. */
export class Failure extends Error {
  /**
   * @param {string} sentence
   * @param {readonly string[]} [lines] the last output of the command that failed
   */
  constructor(sentence, lines = []) {
    super([...lines.map((line) => `  ${line}`), sentence].join('\n'))
    this.lines = lines
  }
}

/**
 * Runs a command of the package; a failure is printed and makes the exit code 1.
 *
 * @param {() => Promise<void>} work
 */
export async function runCommand(work) {
  try {
    await work()
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error)
    process.exitCode = 1
  }
}
