import type { ConnectionState } from './connection-state.ts'
import type { KairosError } from './kairos-error.ts'

/** An operation as it is sent. */
export interface Payload {
  readonly query: string
  readonly variables: Record<string, unknown>
  readonly extensions?: Record<string, unknown>
}

/** Something that runs over the connection until it ends or is stopped; begun anew on each socket. */
export interface Task {
  /** asked at each beginning */
  payload(): Payload
  next(data: Record<string, unknown>): void
  /** the server has ended it, with a reason or without */
  ended(error: KairosError | null): void
  /** the socket on which it ran is gone */
  interrupted(): void
}

/** What tasks run over. */
export interface Carrier {
  readonly state: ConnectionState
  /** when the server was last heard, in Unix seconds by this machine's clock */
  readonly heard: number
  onState(listener: (state: ConnectionState) => void): () => void
  /** Runs a task for as long as the connection lives; the function that it returns stops it. */
  run(task: Task): () => void
}
