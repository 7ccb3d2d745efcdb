import type { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'

/** Yoga masks what parsing and executing throw; what validation finds takes the same path only here. */
export function useValidationCodes(present: (error: unknown) => GraphQLError): Plugin {
  return {
    onValidate:
      () =>
      ({ result, setResult }) => {
        if (result.length > 0) setResult(result.map(present))
      },
  }
}
