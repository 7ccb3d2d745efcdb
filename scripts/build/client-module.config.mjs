// How `kairos/client` becomes the one file that the server gives away at /client.js, for pages that no tool builds.
import { join } from 'node:path'
import { defineConfig } from 'vite'
import { root } from '../setup/project.mjs'

export default defineConfig({
  root,
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: join(root, 'dist', 'client-module'),
    target: 'es2023',
    modulePreload: false,
    rolldownOptions: {
      input: join(root, 'src', 'client', 'index.ts'),
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: 'client.js' },
    },
  },
})
