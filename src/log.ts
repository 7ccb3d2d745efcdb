import { pino } from 'pino'

/** What a line is about, beside its sentence. */
export interface About {
  readonly requestId?: string | undefined
}

/** Where rooms report to: one sentence for the operator, without secrets, tokens or data of others. */
export interface Log {
  debug(message: string, about?: About): void
  info(message: string, about?: About): void
  warn(message: string, about?: About): void
  error(message: string, about?: About): void
}

/** Lines on standard error: pretty on a terminal, else JSON. `level` as pino has it, or silent. */
export function createLog(level: string): Log {
  const pretty = {
    target: 'pino-pretty',
    options: { destination: 2, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' },
  }
  const plain = { target: 'pino/file', options: { destination: 2 } }
  const logger = pino({ level, transport: process.stderr.isTTY ? pretty : plain })
  return {
    debug: (message, about = {}) => logger.debug(about, message),
    info: (message, about = {}) => logger.info(about, message),
    warn: (message, about = {}) => logger.warn(about, message),
    error: (message, about = {}) => logger.error(about, message),
  }
}
