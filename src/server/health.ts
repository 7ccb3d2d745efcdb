import type { ServerResponse } from 'node:http'
import { type Client, mastersOf } from '../kairos/index.ts'

/** Milliseconds that Redis has to answer. */
const PATIENCE = 1000

/** `/health/live`: the process answers. */
export function answerLive(response: ServerResponse): void {
  answer(response, 200, 'ok')
}

/** `/health/ready`: 200 when Redis answers, with a remark where something is not as it should be; else 503 and the reason. */
export async function answerReady(
  response: ServerResponse,
  { redis, remark }: { readonly redis: Client; readonly remark: string | undefined },
): Promise<void> {
  const late = new Promise<string>((resolve) =>
    setTimeout(resolve, PATIENCE, 'Redis does not answer').unref(),
  )
  const reason = await Promise.race([
    late,
    reachable(redis).then(
      () => undefined,
      () => 'Redis cannot be reached',
    ),
  ])
  const ready = remark === undefined ? 'ok' : `ok, but ${remark}`
  answer(response, reason === undefined ? 200 : 503, reason ?? ready)
}

/** Rejects where any server does not answer that holds keys. */
async function reachable(redis: Client): Promise<void> {
  const masters = mastersOf(redis)
  if (masters.length === 0) throw new Error('no node is known')
  await Promise.all(masters.map((master) => master.ping()))
}

function answer(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    .end(`${text}\n`)
}
