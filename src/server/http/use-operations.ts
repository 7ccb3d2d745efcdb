import type { Plugin } from 'graphql-yoga'
import type { Caller } from '../operations/caller.ts'
import type { Operations } from '../operations/operations.ts'

/** Has yoga parse, validate and execute as every transport does. */
export function useOperations(operations: Operations): Plugin<{ readonly caller?: Caller | undefined }> {
  return {
    onParse({ context: { caller }, setParseFn }) {
      setParseFn((source) =>
        operations.parse(typeof source === 'string' ? source : source.body, caller?.requestId),
      )
    },
    onValidate({ context: { caller }, setValidationFn }) {
      setValidationFn((_schema, document) => operations.validate(document, caller?.requestId))
    },
    onExecute({ setExecuteFn }) {
      setExecuteFn((args) => operations.execute({ ...args, contextValue: args.contextValue }))
    },
  }
}
