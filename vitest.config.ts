import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const client = (file: string) => fileURLToPath(new URL(`./src/client/${file}`, import.meta.url))

export default defineConfig({
  resolve: {
    // Vitest would load graphql twice, as ESM and as CommonJS, and neither knows the other's errors.
    alias: [
      { find: /^graphql$/, replacement: 'graphql/index.js' },
      // As the page's own build has them.
      { find: 'kairos/client/documents', replacement: client('documents.ts') },
      { find: 'kairos/client', replacement: client('index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Most of the time they wait, for clocks and servers: what one leaves idle on two cores another one uses.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
