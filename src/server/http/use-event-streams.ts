import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'

/** Refuses a subscription over HTTP whose client takes no stream of events, before it begins. */
export function useEventStreams(): Plugin {
  return {
    onSubscribe({ args, setResultAndStopExecution }) {
      const { request } = args.contextValue as { readonly request?: Request } // none over WebSocket
      const accept = request?.headers.get('accept') ?? 'text/event-stream'
      if (!accept.includes('text/event-stream')) setResultAndStopExecution({ errors: [notAcceptable()] })
    },
  }
}

function notAcceptable(): GraphQLError {
  return new GraphQLError('a subscription is answered as text/event-stream, or over a WebSocket', {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 406 } },
  })
}
