import type { Plugin } from 'graphql-yoga'
import type { Operations } from '../operations/operations.ts'

/** Has yoga parse, validate and execute as every transport does. */
export function useOperations(operations: Operations): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source) => operations.parse(typeof source === 'string' ? source : source.body))
    },
    onValidate({ setValidationFn }) {
      setValidationFn((_schema, document) => operations.validate(document))
    },
    onExecute({ setExecuteFn }) {
      setExecuteFn((args) => operations.execute({ ...args, contextValue: args.contextValue }))
    },
  }
}
