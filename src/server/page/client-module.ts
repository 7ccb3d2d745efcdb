import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type PageFile, readPageFile } from './page-files.ts'

/** As `npm start` built it; from `src`, as in tests, that of the last build. */
const FILES = ['../../client-module/client.js', '../../../dist/client-module/client.js'].map((file) =>
  fileURLToPath(new URL(file, import.meta.url)),
)

/** `kairos/client` in one file; public, as everyone has it who has the package. */
export const CLIENT_MODULE = '/client.js'

/** By path, that file; none where it was not built. */
export function readClientModule(): ReadonlyMap<string, PageFile> {
  const file = FILES.find((each) => existsSync(each))
  return new Map(file === undefined ? [] : [[CLIENT_MODULE, readPageFile(file)]])
}
