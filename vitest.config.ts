import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    // Vitest would load graphql twice, as ESM and as CommonJS, and neither knows the other's errors.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
