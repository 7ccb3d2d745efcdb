import type { Operation } from 'kairos/client'

/** Bytes of one argument of a command: Linux takes 128 KiB, and what is larger from a pipe. */
const LONGEST_ARGUMENT = 100_000

export interface CurlOptions {
  /** the endpoint */
  readonly url: string
  /** whether a token must be sent, which the command takes from `$KAIROS_TOKEN`; default no */
  readonly authorized?: boolean
}

/**
 * A command for a POSIX shell that sends these operations, one after the other; a subscription's updates are printed as they
 * come. Their queries have neither comments nor block strings: they are written on one line.
 */
export function curl(operations: readonly Operation[], options: CurlOptions): string {
  return operations.map((operation) => command(operation, options)).join('\n\n')
}

function command(operation: Operation, { url, authorized = false }: CurlOptions): string {
  const streams = operation.query.startsWith('subscription')
  const query = operation.query.trim().replaceAll(/\s*\n\s*/g, ' ')
  const body = JSON.stringify({ ...operation, query })
  const lines = [
    `curl -sS${streams ? 'N' : ''} ${shellQuoted(url)}`,
    "-H 'content-type: application/json'",
    ...(streams ? ["-H 'accept: text/event-stream'"] : []),
    ...(authorized ? ['-H "authorization: Bearer $KAIROS_TOKEN"'] : []),
  ]
  if (new TextEncoder().encode(body).length <= LONGEST_ARGUMENT)
    return [...lines, `-d ${shellQuoted(body)}`].join(' \\\n  ')
  // A line of JSON is never this one.
  return `${[...lines, "--data-binary @- <<'END'"].join(' \\\n  ')}\n${body}\nEND`
}

/** A word that a POSIX shell takes as it is. */
export function shellQuoted(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
