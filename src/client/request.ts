import { KairosError } from './kairos-error.ts'
import type { Carrier, Payload } from './task.ts'

/**
 * One answer to one operation, for which it waits while the connection is away. A query that was interrupted is sent again; anything
 * else is not, as it may have been done. Rejects with KairosError.
 */
export function request(carrier: Carrier, payload: Payload): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    let stop = () => {}
    const end = () => {
      stop()
      unlisten()
    }
    const fail = (error: KairosError) => {
      end()
      reject(error)
    }
    const failWhereClosed = () => {
      if (carrier.state.kind === 'closed')
        fail(carrier.state.error ?? noAnswer('The connection was closed before an answer came.'))
    }
    const unlisten = carrier.onState(failWhereClosed)
    stop = carrier.run({
      payload: () => payload,
      next(data) {
        end()
        resolve(data)
      },
      ended: (error) => fail(error ?? new KairosError('INTERNAL', 'The server gave no answer.')),
      interrupted() {
        if (!isQuery(payload.query)) fail(noAnswer('The connection was lost before an answer came.'))
      },
    })
    failWhereClosed()
  })
}

/** What is written may be there, or not. */
function noAnswer(message: string): KairosError {
  return new KairosError('STORE_UNAVAILABLE', message)
}

/** Whether it changes nothing, however often it is sent; a document that begins otherwise may. */
function isQuery(text: string): boolean {
  return /^\s*(query\b|\{)/.test(text)
}
