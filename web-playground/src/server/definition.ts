import type { Connection } from 'kairos/client'
import { DefinitionDocument, type DefinitionQuery } from 'kairos/client/documents'

/** What the server is configured to keep under a name. */
export type Definition = NonNullable<DefinitionQuery['definition']>

export type Interval = Definition['intervals'][number]

/** The rule that decides over a name; null where none does. Rejects with KairosError. */
export async function readDefinition(connection: Connection, name: string): Promise<Definition | null> {
  const { definition } = await connection.request(DefinitionDocument, { name })
  return definition
}
