import type { Rights } from './rights.ts'

/** On whose behalf something is asked. */
export interface Identity {
  /** unique among callers, as `token:charts` or `jwt:<issuer>:<subject>`; null where the server asks for no token */
  readonly name: string | null
  readonly rights: Rights
  /** until when, in Unix seconds; null: for ever */
  readonly expires: number | null
}
