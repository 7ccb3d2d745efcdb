import * as z from 'zod'
import { settingsSchema } from './settings.ts'

/** The JSON Schema (draft 7, which editors know best) of a configuration file, as text with a closing line break. */
export const configJsonSchema = (): string => {
  const schema = z.toJSONSchema(settingsSchema, { target: 'draft-07', io: 'input' })
  return `${JSON.stringify({ ...schema, title: 'Configuration of Kairos' }, null, 2)}\n`
}
