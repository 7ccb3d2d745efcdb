import { globMatcher } from '../kairos/index.ts'

const actions = ['read', 'write', 'delete'] as const
type Action = (typeof actions)[number]

const LONGEST_GLOB = 256

/** What one caller may do, by the names of series. */
export class Rights {
  /** everything */
  static readonly all = new Rights(['admin'])

  readonly isAdmin: boolean
  /** the same for those that allow the same, and for no other */
  readonly key: string
  readonly #globs: Readonly<Record<Action, readonly string[]>>
  readonly #matchers: Readonly<Record<Action, (name: string) => boolean>>

  /**
   * From scopes: `read:<glob>`, `write:<glob>`, `delete:<glob>`, and `admin` for everything. Others are ignored: a token may
   * carry those of other programs.
   */
  constructor(scopes: readonly string[]) {
    this.isAdmin = scopes.includes('admin')
    const globsOf = (action: Action) => (this.isAdmin ? ['**'] : simplified(action, scopes))
    this.#globs = { read: globsOf('read'), write: globsOf('write'), delete: globsOf('delete') }
    this.key = JSON.stringify([this.isAdmin, ...actions.map((action) => this.#globs[action])])
    this.#matchers = {
      read: anyOf(this.#globs.read),
      write: anyOf(this.#globs.write),
      delete: anyOf(this.#globs.delete),
    }
  }

  mayRead(name: string): boolean {
    return this.#matchers.read(name)
  }

  mayWrite(name: string): boolean {
    return this.#matchers.write(name)
  }

  mayDelete(name: string): boolean {
    return this.#matchers.delete(name)
  }

  /** globs over the names that may be read, ascending; undefined: all of them */
  get readable(): readonly string[] | undefined {
    return this.#globs.read.includes('**') ? undefined : this.#globs.read
  }

  equals(other: Rights): boolean {
    return this.key === other.key
  }
}

/** The globs of one action, each once, ascending; only `**` where that is among them. */
function simplified(action: Action, scopes: readonly string[]): string[] {
  const prefix = `${action}:`
  const globs = scopes.filter((scope) => scope.startsWith(prefix)).map((scope) => scope.slice(prefix.length))
  const sound = new Set(globs.filter(isGlob))
  return sound.has('**') ? ['**'] : [...sound].sort()
}

/** As the configuration has it: nobody can tell what three `*` in a row were meant to be. */
function isGlob(text: string): boolean {
  return text !== '' && text.length <= LONGEST_GLOB && !text.includes('***')
}

function anyOf(globs: readonly string[]): (name: string) => boolean {
  if (globs.includes('**')) return () => true
  const matchers = globs.map(globMatcher)
  return (name) => matchers.some((matches) => matches(name))
}
