import type { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { rateLimited } from '../graphql/errors.ts'

/** `seconds` until the caller may come again. */
export function tooFast(seconds: number): GraphQLError {
  return rateLimited(
    `there were as many requests as one caller may send: come again in ${seconds} s`,
    seconds,
  )
}

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
