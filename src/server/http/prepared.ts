import { type ExecutionArgs, getOperationAST, type OperationTypeNode } from 'graphql'
import type { Operations } from '../operations/operations.ts'
import type { OperationRequest } from '../operations/request.ts'

/** An operation that can be executed. */
export interface Prepared {
  readonly type: OperationTypeNode
  /** but for whom */
  readonly args: ExecutionArgs
}

/** What a request over HTTP asks for; undefined where anything is wrong with it, which yoga tells. */
export function prepare(operations: Operations, read: () => OperationRequest): Prepared | undefined {
  try {
    const request = read()
    const document = operations.parse(operations.textOf(request))
    if (operations.validate(document).length > 0) return undefined
    const args = {
      schema: operations.schema,
      document,
      variableValues: request.variables ?? null,
      operationName: request.operationName ?? null,
    }
    const operation = getOperationAST(document, args.operationName)
    return operation ? { type: operation.operation, args } : undefined
  } catch {
    return undefined
  }
}
