import { getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'

export interface OperationRecord {
  /** as the client named it; null where it did not */
  readonly name: string | null
  readonly milliseconds: number
}

/** Tells `record` of every query and mutation that was executed: its name and how long it took. */
export function useMonitor(record: (operation: OperationRecord) => void): Plugin {
  return {
    onExecute({ args }) {
      const start = performance.now()
      const name = getOperationAST(args.document, args.operationName)?.name?.value ?? null
      return { onExecuteDone: () => record({ name, milliseconds: performance.now() - start }) }
    },
  }
}
