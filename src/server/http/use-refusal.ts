import type { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'

/** Has yoga answer a request that was refused, in whatever form its client wants, without a look at it. */
export function useRefusal(): Plugin<Record<never, never>, { readonly refused?: GraphQLError | undefined }> {
  return {
    onRequestParse({ serverContext: { refused }, setRequestParser }) {
      if (refused)
        setRequestParser(() => {
          throw refused
        })
    },
  }
}
