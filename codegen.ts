import type { CodegenConfig } from '@graphql-codegen/cli'

/**
 * Typed documents of `schema/operations`, for the page and whoever copies them, and the same by id for a server that
 * trusts no others. `npx graphql-codegen` writes them, with `--check` it says whether they are fresh.
 */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: 'schema/operations/*.graphql',
  generates: {
    'src/client/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        documentMode: 'string',
        namingConvention: 'keep',
        scalars: {
          Timestamp: { input: 'number | string', output: 'number' },
          Value: 'string | number | boolean',
        },
        useTypeImports: true,
      },
    },
  },
  importExtension: '.ts',
}

export default config
