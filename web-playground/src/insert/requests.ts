import type { InsertInput } from 'kairos/client/documents'

/** Values × copies of one request, as the server takes them unless it is configured otherwise. */
const MOST_VALUES = 10_000
/** Bytes of the values of one request, of which the server takes 4 MiB. */
const MOST_BYTES = 4 * 1024 * 1024 - 16 * 1024

/** Inserts in order, in as many requests as it takes. */
export function batchesOf(inserts: readonly InsertInput[]): (readonly InsertInput[])[] {
  const encoder = new TextEncoder()
  const batches: InsertInput[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const insert of inserts) {
    const size = encoder.encode(JSON.stringify(insert)).length + 1
    const last = batches.at(-1)
    if (last && last.length < MOST_VALUES && bytes + size <= MOST_BYTES) {
      last.push(insert)
      bytes += size
    } else {
      batches.push([insert])
      bytes = size
    }
  }
  return batches
}

/**
 * The ids of requests, by what is in them: of what was sent and has no answer yet the id stays, so that sending it again
 * writes nothing twice.
 */
export class RequestIds {
  readonly #known = new Map<string, { readonly id: string; sent: boolean }>()

  /** One for each of these, which are all that there are now. */
  of(contents: readonly string[]): string[] {
    const now = new Set(contents)
    for (const [content, { sent }] of this.#known) if (!sent && !now.has(content)) this.#known.delete(content)
    return contents.map((content) => {
      const known = this.#known.get(content) ?? { id: randomId(), sent: false }
      this.#known.set(content, known)
      return known.id
    })
  }

  sent(content: string): void {
    const known = this.#known.get(content)
    if (known) known.sent = true
  }

  answered(content: string): void {
    this.#known.delete(content)
  }
}

/** 128 bits in hex. `crypto.randomUUID` is there on HTTPS and localhost alone. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
