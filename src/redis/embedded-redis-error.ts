/** Why no embedded Redis runs: a sentence for the user, then the server's last log lines where it left any. */
export class EmbeddedRedisError extends Error {
  override readonly name = 'EmbeddedRedisError'
  /** What redis-server logged last, oldest first. */
  readonly lines: readonly string[]

  constructor(sentence: string, lines: readonly string[] = [], options?: ErrorOptions) {
    super(lines.length === 0 ? sentence : [`${sentence} It last said:`, ...lines].join('\n  '), options)
    this.lines = lines
  }
}
