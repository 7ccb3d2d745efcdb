/** One event of a stream, as an EventSource takes it. */
export interface Event {
  readonly event: string
  readonly id: string | undefined
  readonly data: string
}

/** The events of a subscription over SSE, which goes on until `signal` aborts. */
export async function* events(
  url: string,
  query: string,
  { signal, ...headers }: { signal: AbortSignal } & Record<string, unknown>,
  variables?: Record<string, unknown>,
): AsyncGenerator<Event> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
    signal,
  })
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      const field = (name: string) =>
        lines
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trimStart()
      const event = field('event')
      if (event !== undefined) yield { event, id: field('id'), data: field('data') ?? '' }
    }
  }
}
