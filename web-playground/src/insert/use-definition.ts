import type { Connection } from 'kairos/client'
import { DefinitionDocument, type DefinitionQuery } from 'kairos/client/documents'
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { refusalOf } from './outcome.ts'
import { nameFault } from './values.ts'

type Definition = NonNullable<DefinitionQuery['definition']>

/** What is known of the rule over a name. */
export type Lookup =
  | { readonly kind: 'asking' }
  | { readonly kind: 'found'; readonly definition: Definition }
  | { readonly kind: 'none' }
  | { readonly kind: 'fault'; readonly message: string }

/** Milliseconds without a key before the server is asked. */
const PAUSE = 150

/** The rule over a name while it is typed, and a way to have it at once. */
export function useDefinition(connection: Connection, name: string) {
  const [looked, setLooked] = useState<{ readonly name: string; readonly lookup: Lookup } | null>(null)
  // A definition that matches no name may come with the next start of the server: it is asked for again.
  const known = useRef(new Map<string, Lookup & { kind: 'found' }>())

  const find = useCallback(
    async (name: string): Promise<Lookup> => {
      const wrong = nameFault(name)
      if (wrong) return { kind: 'fault', message: wrong }
      const before = known.current.get(name)
      if (before) return before
      try {
        const { definition } = await connection.request(DefinitionDocument, { name })
        if (!definition) return { kind: 'none' }
        const found = { kind: 'found', definition } as const
        known.current.set(name, found)
        return found
      } catch (error) {
        return { kind: 'fault', message: refusalOf(error).message }
      }
    },
    [connection],
  )

  useEffect(() => {
    let isCurrent = true
    const look = async () => {
      const lookup = await find(name)
      if (isCurrent) setLooked({ name, lookup })
    }
    const timer = setTimeout(look, known.current.has(name) ? 0 : PAUSE)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [find, name])

  // What was found for another name says nothing of this one.
  const lookup: Lookup = looked?.name === name ? looked.lookup : { kind: 'asking' }
  return { lookup, find }
}
