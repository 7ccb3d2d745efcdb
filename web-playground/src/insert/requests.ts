import type { InsertInput } from 'kairos/client/documents'

/** Values × copies of one request, as the server takes them unless it is configured otherwise. */
const MOST_VALUES = 10_000
/** Bytes of the values of one request, of which the server takes 4 MiB. */
const MOST_BYTES = 4 * 1024 * 1024 - 16 * 1024

/** Values that are sent with one request. */
export interface Batch {
  readonly inserts: readonly InsertInput[]
  /** place of its first value among all */
  readonly first: number
  /** where it stands, and all that is in it: what its id goes by */
  readonly content: string
}

/** Inserts in order, in as many batches as it takes; one by one, since they may be a hundred thousand. */
export class Batches {
  readonly all: Batch[] = []
  #last = { inserts: [] as InsertInput[], first: 0, content: '' }
  #bytes = Number.POSITIVE_INFINITY

  add(insert: InsertInput): void {
    const text = JSON.stringify(insert)
    const size = 1 + (isAscii(text) ? text.length : new TextEncoder().encode(text).length)
    const { inserts, first } = this.#last
    if (inserts.length === MOST_VALUES || this.#bytes + size > MOST_BYTES) {
      this.#last = { inserts: [], first: first + inserts.length, content: `${this.all.length}` }
      this.all.push(this.#last)
      this.#bytes = 0
    }
    this.#last.inserts.push(insert)
    this.#last.content += text
    this.#bytes += size
  }
}

function isAscii(text: string): boolean {
  return !/[^ -~]/.test(text)
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
