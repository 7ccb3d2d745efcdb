import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const client = (file: string) => fileURLToPath(new URL(`../src/client/${file}`, import.meta.url))

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  // By the names under which others import them.
  resolve: {
    alias: [
      { find: 'kairos/client/documents', replacement: client('documents.ts') },
      { find: 'kairos/client', replacement: client('index.ts') },
    ],
  },
  build: {
    outDir: '../dist/web-playground',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // A document that nobody uses is left out, though it is made with `new`.
    rolldownOptions: { treeshake: { manualPureFunctions: ['TypedDocumentString'] } },
  },
  server: { proxy: { '/graphql': { target: 'http://localhost:4000', ws: true } } },
})
