import type { Span } from '@opentelemetry/api'
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationTypeNode,
} from 'graphql'
import type { Rights } from '../../auth/index.ts'
import type { Context } from '../../graphql/context.ts'
import { presentError } from '../../graphql/errors.ts'
import { executable } from '../../graphql/executable.ts'
import { inServerSpan, markFailed } from '../../graphql/span.ts'
import { Watch } from '../../live/index.ts'
import type { Log } from '../../log.ts'
import { Budget } from '../budget.ts'
import type { DocumentPolicy } from './document-policy.ts'
import { Documents } from './documents.ts'
import { isIntrospective } from './introspective.ts'
import { Outcomes } from './outcomes.ts'
import { Renderings } from './renderings.ts'
import type { OperationRequest } from './request.ts'
import { Subscription } from './subscription.ts'

export interface OperationRecord {
  readonly type: `${OperationTypeNode}`
  /** as the client named it; null where it did not */
  readonly name: string | null
  readonly milliseconds: number
  /** whether there were errors, with data or without */
  readonly failed: boolean
}

export interface OperationsOptions {
  readonly schema: GraphQLSchema
  readonly documents: DocumentPolicy
  /** told of every query and mutation that was executed */
  readonly record: (operation: OperationRecord) => void
  readonly log: Log
}

/** An operation, and for whom it is executed. */
export interface Executed extends ExecutionArgs {
  readonly contextValue: Context
}

/** What every transport does with what clients ask; how it reaches us and goes back is the transport's own. */
export class Operations {
  readonly schema: GraphQLSchema
  /** An error as a client may see it, at once where it was presented before; `requestId` is what the log is to find it by. */
  readonly present: (error: unknown, requestId?: string) => GraphQLError
  readonly renderings: Renderings
  /** What is not executed is to be counted there by its transport. */
  readonly outcomes = new Outcomes()
  /** bytes of requests that come in, and of those that are not answered, or have not begun as a subscription */
  readonly requests = new Budget(MOST_REQUESTED)
  readonly #executable: GraphQLSchema
  readonly #policy: DocumentPolicy
  readonly #documents: Documents
  readonly #record: (operation: OperationRecord) => void

  constructor({ schema, documents, record, log }: OperationsOptions) {
    this.schema = schema
    this.#executable = executable(schema)
    // What a client is not told goes to the log: the mistake, not the data it was made on.
    const report = (cause: unknown, requestId: string) => {
      this.outcomes.mistake()
      log.error(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause), { requestId })
    }
    this.present = (error, requestId) => presentError(error, report, requestId)
    this.renderings = new Renderings((error) => this.present(error))
    this.#policy = documents
    this.#documents = new Documents(schema)
    this.#record = record
  }

  /** The text of the document that a request means. Throws a presented GraphQLError where there is none, or it may not run. */
  textOf(request: OperationRequest, requestId?: string): string {
    try {
      return this.#policy.textOf(request)
    } catch (error) {
      throw this.present(error, requestId)
    }
  }

  /** Throws a presented GraphQLError where the text cannot be read. */
  parse(text: string, requestId?: string): DocumentNode {
    try {
      return this.#documents.parse(text)
    } catch (error) {
      throw this.present(error, requestId)
    }
  }

  /** What is wrong with a document, presented; none where it can be executed. */
  validate(document: DocumentNode, requestId?: string): readonly GraphQLError[] {
    try {
      return this.#documents.validate(document).map((error) => this.present(error, requestId))
    } catch (error) {
      return [this.present(error, requestId)]
    }
  }

  /** Executes a query or a mutation. Its errors are presented; without `data` nothing was executed. */
  async execute(args: Executed): Promise<ExecutionResult> {
    return await traced(args, async (span) => {
      const result = await this.#execute(args)
      if (result.errors) markErrors(span, result.errors)
      return result
    })
  }

  async #execute(args: Executed): Promise<ExecutionResult> {
    const start = performance.now()
    const result = this.#presented(await execute(this.#asExecuted(args)), args)
    const operation = getOperationAST(args.document, args.operationName)
    if (operation && result.data !== undefined) {
      this.outcomes.count(operation.operation, result.errors)
      this.#record({
        type: operation.operation,
        name: operation.name?.value ?? null,
        milliseconds: performance.now() - start,
        failed: result.errors !== undefined,
      })
    }
    return result
  }

  /** A subscription that has begun in the name of somebody with these `rights`; or why it has not, presented. */
  async subscribe(args: Executed, rights: Rights): Promise<Subscription | ExecutionResult> {
    return await traced(args, async (span) => {
      const begun = await this.#subscribe(args, rights)
      if (!(begun instanceof Subscription) && begun.errors) markErrors(span, begun.errors)
      return begun
    })
  }

  async #subscribe(args: Executed, rights: Rights): Promise<Subscription | ExecutionResult> {
    const asExecuted = this.#asExecuted(args)
    const source = await createSourceEventStream(asExecuted)
    if (source instanceof Watch) {
      try {
        const subscription = new Subscription(
          source,
          this.renderings,
          this.renderings.use(asExecuted, rights),
        )
        this.outcomes.count('subscription')
        return subscription
      } catch (error) {
        source.close()
        return this.#refused({ errors: [this.present(error, args.contextValue.requestId)] })
      }
    }
    if ('next' in source || Symbol.asyncIterator in source) throw new Error('a subscription watches')
    return this.#refused(this.#presented(source, args))
  }

  #refused(result: ExecutionResult): ExecutionResult {
    this.outcomes.count('subscription', result.errors)
    return result
  }

  #asExecuted(args: ExecutionArgs): ExecutionArgs {
    const bounded = { ...args, options: { maxCoercionErrors: MOST_FAULTS } }
    return isIntrospective(args.document) ? bounded : { ...bounded, schema: this.#executable }
  }

  #presented(result: ExecutionResult, { contextValue: { requestId } }: Executed): ExecutionResult {
    const { errors } = result
    return errors ? { ...result, errors: errors.map((error) => this.present(error, requestId)) } : result
  }
}

/** In a span that ends with what was asked; of a subscription, when it has begun. */
async function traced<T>(args: Executed, work: (span: Span) => Promise<T>): Promise<T> {
  const { document, operationName, contextValue } = args
  const operation = getOperationAST(document, operationName)
  const type = operation?.operation ?? 'unknown'
  const name = operation?.name?.value.slice(0, LONGEST_NAME)
  const attributes = {
    'graphql.operation.type': type,
    ...(name === undefined ? {} : { 'graphql.operation.name': name }),
    'kairos.request_id': contextValue.requestId,
  }
  return await inServerSpan(type, attributes, contextValue.trace, work)
}

function markErrors(span: Span, [first]: readonly GraphQLError[]): void {
  if (first) markFailed(span, String(first.extensions.code))
}

/** Bytes of requests that all clients together may have under way. */
const MOST_REQUESTED = 256 * 1024 * 1024

/** UTF-16 code units of an operation's name in a span: clients may give one of any length. */
const LONGEST_NAME = 64

/** What is wrong with variables, of which a client is told: each repeats what it is about, of up to a whole body. */
const MOST_FAULTS = 5
