import { pino } from 'pino'

/** Where rooms report to: one sentence for the operator, without secrets, tokens or data of others. */
export interface Log {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** Lines on standard error: pretty on a terminal, else JSON. `level` as pino has it, or silent. */
export function createLog(level: string): Log {
  const pretty = {
    target: 'pino-pretty',
    options: { destination: 2, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' },
  }
  const plain = { target: 'pino/file', options: { destination: 2 } }
  return pino({ level, transport: process.stderr.isTTY ? pretty : plain })
}
