/** Where this room reports to; a pino logger is one. */
export interface Log {
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}
