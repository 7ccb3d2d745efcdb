import { createHash } from 'node:crypto'

/** A token of a configuration; what is to be presented is its name. */
export function token(name: string, ...scopes: string[]) {
  return { name, sha256: createHash('sha256').update(name).digest('hex'), scopes }
}
