/** A part of what a script replied, where a list belongs: Lua's empty table is no list in JSON. */
export function array(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : []
}

/** The texts of a bucket: a list of them, one by itself, or none. */
export function textsOf(reply: unknown): readonly string[] {
  if (typeof reply === 'string') return [reply]
  // The scripts reply with texts alone.
  return Array.isArray(reply) ? (reply as readonly string[]) : []
}
