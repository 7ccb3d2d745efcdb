/**
 * A bar on a terminal, one line at the end elsewhere.
 *
 * @param {number} total values to come
 */
export function progress(total) {
  const start = performance.now()
  const speed = (/** @type {number} */ done) =>
    Math.round((1000 * done) / (performance.now() - start)).toLocaleString('en')
  const width = 30
  return {
    /** @param {number} done */
    show(done) {
      if (!process.stdout.isTTY) return
      const filled = Math.round((width * done) / total)
      const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
      process.stdout.write(
        `\r  ${bar} ${done.toLocaleString('en')} of ${total.toLocaleString('en')} values, ${speed(done)} a second`,
      )
    },
    end() {
      if (process.stdout.isTTY) process.stdout.write('\n')
      const time = ((performance.now() - start) / 1000).toFixed(1)
      return { seconds: time, speed: speed(total) }
    },
  }
}
