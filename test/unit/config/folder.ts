import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Config } from '../../../src/config/config.ts'
import { ConfigError } from '../../../src/config/config-error.ts'
import { loadConfig } from '../../../src/config/load-config.ts'

/** A new folder with these files, gone when the test is over. */
export const folderWith = async (files: Record<string, string | Uint8Array>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'kairos-config-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

export interface Situation {
  files?: Record<string, string | Uint8Array>
  argv?: string[]
  env?: Record<string, string | undefined>
}

export const load = async ({ files = {}, argv = [], env = {} }: Situation): Promise<Config> =>
  loadConfig({ argv, env, cwd: await folderWith(files) })

/** The error of a configuration that must be refused. */
export const refusal = async (situation: Situation): Promise<ConfigError> => {
  const outcome = await load(situation).catch((error: unknown) => error)
  if (outcome instanceof ConfigError) return outcome
  throw new Error('not refused with a ConfigError', { cause: outcome })
}

/** `path: message` of every fault. */
export const faultsOf = async (situation: Situation): Promise<string[]> =>
  (await refusal(situation)).faults.map(({ path, message }) => `${path}: ${message}`)

/** A file with one rule, a good one but for what is given. */
export const ruleFile = (rule: object): Record<string, string> => ({
  'kairos.yaml': JSON.stringify({
    timeseries: [{ name: 'a', match: '**', type: 'gauge', intervals: { minute: { step: 60 } }, ...rule }],
  }),
})

/** A file with one interval. */
export const intervalFile = (interval: object): Record<string, string> =>
  ruleFile({ intervals: { i: interval } })
