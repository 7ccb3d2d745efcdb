import type { IncomingMessage } from 'node:http'

/** The path that is asked for, without its query, as it came: a URL parser throws on some, such as `//`. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/'
}
